import fc from 'fast-check';
import { blockSize, tarEnd, tarHeader } from '../tarHeader.ts';
import { rawEntry, withChecksum } from './rawTar.ts';

const record = fc
  .tuple(
    fc.nat(40),
    fc.constantFrom('path', 'size', 'comment', 'mtime', 'uid', 'linkpath', 'GNU.sparse.size', ''),
    fc.string({ maxLength: 12 }),
  )
  .map(([length, key, value]) => `${length} ${key}=${value}\n`);

/** A record of the right length. */
const goodRecord = fc
  .tuple(
    fc.constantFrom('path', 'size', 'comment', 'mtime', 'uid', 'uname', 'linkpath'),
    fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.nat(2000).map(String),
      fc.constantFrom('0', '5', '-1', '1e3', '0x10', '5 ', 'é'),
    ),
  )
  .map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    return `${rest + String(rest + 2).length} ${key}=${value}\n`;
  });

const name = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('a', 'a/b', './a', 'a/', '/', 'd'.repeat(100)));

const entry = fc
  .tuple(
    name,
    fc.string({ maxLength: 700 }),
    fc.constantFrom('0', '0', '0', '5', 'x', 'g', 'L', 'K', '\0', '2', '7', 'S'),
  )
  .map(([path, content, flag]) => rawEntry(path, content, flag));

/** As `kit` writes them. */
const kitEntry = fc
  .tuple(fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }), fc.boolean())
  .map(([path, isFile]) =>
    tarHeader({
      path: Buffer.from(path).toString('latin1'),
      type: isFile ? 'file' : 'directory',
      mode: isFile ? 0o644 : 0o755,
      size: 0,
    }),
  );

const part = fc.oneof(
  { weight: 4, arbitrary: entry },
  { weight: 3, arbitrary: kitEntry },
  fc.array(fc.oneof(record, goodRecord), { maxLength: 3 }).map((records) => rawEntry('p', records.join(''), 'x')),
  name.map((text) => rawEntry('././@LongLink', `${text}\0`, 'L')),
  fc.constantFrom(tarEnd(), Buffer.alloc(blockSize)),
);

/** Where the fields of a header are. */
const field = fc.oneof(
  fc.constantFrom(0, 99, 100, 108, 116, 124, 135, 136, 148, 156, 257, 263, 329, 345, 508),
  fc.nat(511),
);

/** Bytes that are changed, at places of headers; the checksum is put right again, so that they are looked at. */
const changes = fc.array(
  fc.tuple(fc.nat(20), field, fc.oneof(fc.constantFrom(0, 0x20, 0x2f, 0x30, 0x37, 0x80, 0xff), fc.nat(255))),
  { maxLength: 3 },
);

/** Tars as somebody may send them: right ones, odd ones, damaged ones, cut off or not, with and without an end. */
export const anyTar: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.array(part, { maxLength: 6 }),
    fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, changes),
    fc.constantFrom(
      tarEnd(),
      tarEnd(),
      tarEnd(),
      tarEnd(),
      Buffer.alloc(0),
      Buffer.alloc(blockSize),
      Buffer.alloc(10240),
    ),
    fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat(1100)),
  )
  .map(([parts, changed, end, cut]) => {
    const bytes = Buffer.concat([...parts, end]);
    for (const [block, at, value] of changed) {
      const header = bytes.subarray(block * blockSize, (block + 1) * blockSize);
      if (header.byteLength < blockSize) continue;
      header[at] = value;
      withChecksum(header);
    }
    return bytes.subarray(0, Math.max(0, bytes.byteLength - cut));
  });
