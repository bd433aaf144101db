import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTarGuard } from './tarGuard.ts';
import { tarEnd } from './tarHeader.ts';
import { tarIndex } from './tarIndex.ts';
import type { IndexedEntry } from './tarRules.ts';
import { rawEntry } from './testing/rawTar.ts';

const list = (...parts: readonly Buffer[]): readonly IndexedEntry[] => {
  const bytes = Buffer.concat(parts);
  return [...tarIndex((offset, length) => bytes.subarray(offset, offset + length), bytes.length)];
};

const pax = (records: string): Buffer => rawEntry('PaxHeader', records, 'x');
const long = (name: string): Buffer => rawEntry('././@LongLink', name, 'L');
const file = rawEntry('a', 'data\n');
const gnuPrefix = (header: Buffer): void => {
  header.write('ustar  \0', 257);
  header.write('hidden', 345);
};
const binaryChecksum = (entry: Buffer): Buffer => {
  const sum = Number.parseInt(entry.toString('latin1', 148, 154), 8);
  entry.fill(0, 148, 156).writeUInt8(0x80, 148);
  entry.writeUInt32BE(sum, 152);
  return entry;
};

/** What readers of tar take for different things, or for whole although something is missing. */
const refused: Readonly<Record<string, readonly Buffer[]>> = {
  'a record of length 0': [pax('11 a=bcdef\n0 path=x\n'), file, tarEnd()],
  'a record that ends before its value': [pax('2 path=x\n'), file, tarEnd()],
  'a record that ends behind the header': [pax('99 path=x\n'), file, tarEnd()],
  'a record without a new line': [pax('9 path=xy'), file, tarEnd()],
  'a record that stands twice': [pax('10 path=x\n10 path=y\n'), file, tarEnd()],
  'an empty extended header': [pax(''), file, tarEnd()],
  'an empty path': [pax('8 path=\n'), file, tarEnd()],
  'a sparse file': [pax('22 GNU.sparse.major=1\n'), file, tarEnd()],
  'a negative uid in words': [pax('9 uid=-x\n'), file, tarEnd()],
  'a time that is none': [pax('13 mtime=1e9\n'), file, tarEnd()],
  'a user with a NUL': [pax('13 uname=a\0b\n'), file, tarEnd()],
  'two PAX headers': [pax('10 path=x\n'), pax('9 size=5\n'), file, tarEnd()],
  'a GNU long name and a PAX path': [long('x\0'), pax('10 path=y\n'), file, tarEnd()],
  'an empty long name': [long('\0'), file, tarEnd()],
  'an extended header without an entry': [file, pax('10 path=x\n'), tarEnd()],
  'an extended header that is cut off': [pax('10 path=x\n').subarray(0, 512)],
  'no byte at all': [],
  'no end marker': [file],
  'a header that is cut off': [file, rawEntry('lost').subarray(0, 300)],
  'a content that is cut off': [rawEntry('a', 'x'.repeat(600)).subarray(0, 1024)],
  'a padding that is cut off': [rawEntry('a', 'x').subarray(0, 513)],
  'an entry behind the end': [file, tarEnd(), rawEntry('hidden')],
  'an entry behind a lone zero block': [file, Buffer.alloc(512), rawEntry('hidden'), tarEnd()],
  'a byte behind the end': [file, tarEnd(), Buffer.from('x')],
  'a part of a block behind the end': [file, tarEnd(), Buffer.alloc(100)],
  'a file with the name of a directory': [rawEntry('a/'), tarEnd()],
  'an old file with the name of a directory': [rawEntry('a/', '', '\0'), tarEnd()],
  'a directory with content': [rawEntry('a', 'data', '5'), tarEnd()],
  'a header of no format': [rawEntry('a', '', '0', (header) => header.fill(0, 257, 265)), tarEnd()],
  'a number behind a zero byte': [rawEntry('a', 'x', '0', (header) => header.write('\x00', 124)), tarEnd()],
  'a uid that is no number': [rawEntry('a', '', '0', (header) => header.write('zz', 108)), tarEnd()],
  'a time of 96 bits': [rawEntry('a', '', '0', (header) => header.fill(0x80, 136, 148)), tarEnd()],
  'a checksum in base 256': [binaryChecksum(rawEntry('a')), tarEnd()],
  'a GNU header with a prefix': [rawEntry('a', '', '0', gnuPrefix), tarEnd()],
  'a negative number': [rawEntry('a', 'x', '0', (header) => header.fill(0xff, 124, 136)), tarEnd()],
  'a gzip stream': [Buffer.from('1f8b08000000000002ff', 'hex'), Buffer.alloc(2048)],
  'a short gzip stream': [Buffer.from('1f8b08000000000002ff', 'hex')],
};

for (const [what, parts] of Object.entries(refused))
  test(`${what} is refused`, () => assert.throws(() => list(...parts), { code: 'kit-malformed' }));

test('a V7 flag, one long name and zeros to the end are fine', () => {
  const entries = list(long('x\0'), pax('9 size=5\n'), file, rawEntry('y', '', '\0'), Buffer.alloc(400 * 512));
  assert.deepEqual(
    entries.map(({ path, size }) => [path, size]),
    [
      ['x', 5],
      ['y', 0],
    ],
  );
});

test('more zeros behind an end than any writer makes are refused before they are read', () => {
  const bytes = Buffer.concat([file, tarEnd()]);
  let read = 0;
  const readAt = (offset: number, length: number) => {
    read += length;
    if (read > 1024 * 1024) assert.fail('It reads on.');
    return Buffer.concat([bytes.subarray(offset, offset + length), Buffer.alloc(length)]).subarray(0, length);
  };
  assert.throws(() => [...tarIndex(readAt, 2 ** 40)], { code: 'kit-malformed' });
  const guard = createTarGuard(() => undefined);
  guard.see(bytes);
  assert.throws(() => Array.from({ length: 32 }, () => guard.see(Buffer.alloc(1024 * 1024))), {
    code: 'kit-malformed',
  });
});

test('one zero block ends a tar if nothing follows', () => {
  assert.equal(list(file, Buffer.alloc(512)).length, 1);
});
