import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../oci/digest.ts';
import { decodeHead, decodeRecord, decodeStored, encodeRecord, type LayerRecord } from './LayerRecord.ts';

const digest = digestOf('layer');
const fingerprint = { dev: 2n ** 60n, ino: 7n, size: 3, mtimeNs: 10n ** 18n + 1n, ctimeNs: 10n ** 18n, mode: 0o100644 };
const record: LayerRecord = {
  digest,
  size: 515,
  diffId: digest,
  sources: [
    { kind: 'reference', path: '/p/f', size: 3, fingerprint },
    { kind: 'object', name: 'ab', size: 4, mtimeNs: '5' },
  ],
  pieces: [{ inline: Buffer.from('header') }, { source: 0, offset: 0, size: 3 }],
};

test('a record is read as it was written, fingerprints to the last bit; references come last', () => {
  const bytes = Buffer.from(encodeRecord(record));
  const { pieces, sources, ...head } = record;
  assert.deepEqual(decodeHead(bytes), { ...head, sources: sources.toReversed() });
  const read = decodeRecord(bytes);
  assert.deepEqual(read?.sources, sources.toReversed());
  assert.deepEqual(read?.pieces.length, pieces.length);
  assert.deepEqual(read?.pieces[1], { source: 1, offset: 0, size: 3 });
});

test('what a store holds of a layer is read without references, however many there are', () => {
  const { pieces: _, sources, ...head } = record;
  assert.deepEqual(decodeStored(Buffer.from(encodeRecord(record))), { ...head, sources: sources.slice(1) });
});

test('references of earlier versions, which stand among the other sources, are still read', () => {
  const text = Object.fromEntries(Object.entries(fingerprint).map(([name, value]) => [name, String(value)]));
  const bytes = Buffer.from(encodeRecord({ ...record, sources: [] }));
  const { references: _, ...head } = JSON.parse(bytes.toString('utf8', 4, 4 + bytes.readUInt32LE(0)));
  const sources = [{ kind: 'reference', path: '/p/f', size: 3, print: text }];
  const older = Buffer.from(JSON.stringify({ ...head, sources }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(older.byteLength);
  const read = decodeRecord(Buffer.concat([length, older, bytes.subarray(4 + bytes.readUInt32LE(0))]));
  assert.deepEqual(read?.sources, [{ kind: 'reference', path: '/p/f', size: 3, fingerprint }]);
});

test('a reference takes as much as its path and six numbers', () => {
  const source = (row: number) => ({ kind: 'reference', path: `/p/${row}`, size: 3, fingerprint }) as const;
  const many = { ...record, sources: Array.from({ length: 10_000 }, (_, row) => source(row)) };
  assert.ok(encodeRecord(many).byteLength < 10_000 * (6 * 8 + 8) + 1_000);
});

test('bytes that are no record are none, also where references are not as many as their fingerprints', () => {
  const bytes = Buffer.from(encodeRecord(record));
  const broken = Buffer.from(bytes.toString('latin1').replace('/p/f', '/p\0f'), 'latin1');
  assert.equal(decodeHead(broken), undefined);
  assert.equal(decodeHead(Buffer.from('x')), undefined);
});

test('a record that a crash of the machine cut off is none, whatever of it is left', () => {
  const bytes = Buffer.from(encodeRecord(record));
  for (let length = 0; length < bytes.byteLength; length++) {
    assert.equal(decodeHead(bytes.subarray(0, length)), undefined);
    assert.equal(decodeRecord(bytes.subarray(0, length)), undefined);
  }
});

test('few bytes are written as they are, without the zeros at their end; one that the disk changed is noticed', () => {
  const inline = Buffer.concat([Buffer.from('header'), Buffer.alloc(2000)]);
  const small: LayerRecord = { ...record, pieces: [{ inline }, { source: 0, offset: 0, size: 3 }, { inline }] };
  const bytes = Buffer.from(encodeRecord(small));
  assert.ok(bytes.includes('header') && bytes.byteLength < 3000);
  const read = decodeRecord(bytes)?.pieces.map((piece) => ('inline' in piece ? Buffer.from(piece.inline) : piece));
  assert.deepEqual(read, [inline, { source: 1, offset: 0, size: 3 }, inline]);
  bytes[bytes.lastIndexOf('header')] = 0;
  assert.equal(decodeRecord(bytes), undefined);
  assert.equal(decodeHead(bytes)?.digest, digest);
});

test('many bytes are compressed', () => {
  const inline = Buffer.alloc(100_000, 'header ');
  const bytes = Buffer.from(encodeRecord({ ...record, pieces: [{ inline }] }));
  assert.ok(bytes.byteLength < 2000);
  assert.deepEqual(decodeRecord(bytes)?.pieces, [{ inline }]);
});
