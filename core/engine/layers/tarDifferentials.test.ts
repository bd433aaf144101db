import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tarEnd } from './tarHeader.ts';
import { type IndexedEntry, tarIndex } from './tarIndex.ts';
import { rawEntry } from './testing/rawTar.ts';

const list = (...parts: readonly Buffer[]): readonly IndexedEntry[] => {
  const bytes = Buffer.concat(parts);
  return [...tarIndex((offset, length) => bytes.subarray(offset, offset + length), bytes.length)];
};

const pax = (records: string): Buffer => rawEntry('PaxHeader', records, 'x');
const long = (name: string): Buffer => rawEntry('././@LongLink', name, 'L');
const file = rawEntry('a', 'data\n');

/** What readers of tar take for different things, or for whole although something is missing. */
const refused: Readonly<Record<string, readonly Buffer[]>> = {
  'a record of length 0': [pax('11 a=bcdef\n0 path=x\n'), file, tarEnd()],
  'a record that ends before its value': [pax('2 path=x\n'), file, tarEnd()],
  'a record that ends behind the header': [pax('99 path=x\n'), file, tarEnd()],
  'a record without a new line': [pax('9 path=xy'), file, tarEnd()],
  'a record that stands twice': [pax('10 path=x\n10 path=y\n'), file, tarEnd()],
  'an empty path': [pax('8 path=\n'), file, tarEnd()],
  'a sparse file': [pax('22 GNU.sparse.major=1\n'), file, tarEnd()],
  'two PAX headers with a path': [pax('10 path=x\n'), pax('10 path=y\n'), file, tarEnd()],
  'a GNU long name and a PAX path': [long('x\0'), pax('10 path=y\n'), file, tarEnd()],
  'an empty long name': [long('\0'), file, tarEnd()],
  'a global header with a path': [rawEntry('g', '10 path=x\n', 'g'), file, tarEnd()],
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
  'a file with the name of a directory': [rawEntry('a/'), tarEnd()],
  'an old file with the name of a directory': [rawEntry('a/', '', '\0'), tarEnd()],
  'a directory with content': [rawEntry('a', 'data', '5'), tarEnd()],
  'a header of no format': [rawEntry('a', '', '0', (header) => header.fill(0, 257, 265)), tarEnd()],
  'a number behind a zero byte': [rawEntry('a', 'x', '0', (header) => header.write('\x00', 124)), tarEnd()],
  'a negative number': [rawEntry('a', 'x', '0', (header) => header.fill(0xff, 124, 136)), tarEnd()],
  'a gzip stream': [Buffer.from('1f8b08000000000002ff', 'hex'), Buffer.alloc(2048)],
  'a short gzip stream': [Buffer.from('1f8b08000000000002ff', 'hex')],
};

for (const [what, parts] of Object.entries(refused))
  test(`${what} is refused`, () => assert.throws(() => list(...parts), { code: 'kit-malformed' }));

test('a comment of git, a V7 flag, one long name and zeros to the end are fine', () => {
  const entries = list(
    rawEntry('g', '13 comment=x\n', 'g'),
    long('x\0'),
    pax('9 size=5\n'),
    file,
    rawEntry('y', '', '\0'),
    Buffer.alloc(200_000),
  );
  assert.deepEqual(
    entries.map(({ path, size }) => [path, size]),
    [
      ['x', 5],
      ['y', 0],
    ],
  );
});

test('one zero block ends a tar if nothing follows', () => {
  assert.equal(list(file, Buffer.alloc(512)).length, 1);
});
