import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../oci/digest.ts';
import { decodeHead, decodeRecord, encodeRecord, type LayerRecord } from './LayerRecord.ts';

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

test('a record is read as it was written, fingerprints to the last bit', () => {
  const bytes = Buffer.from(encodeRecord(record));
  const { pieces, ...head } = record;
  assert.deepEqual(decodeHead(bytes), head);
  const read = decodeRecord(bytes);
  assert.deepEqual(read?.sources, record.sources);
  assert.deepEqual(read?.pieces.length, pieces.length);
});

test('on disk a fingerprint is text under the name print: records of earlier versions stay readable', () => {
  const bytes = Buffer.from(encodeRecord(record));
  const head = JSON.parse(bytes.toString('utf8', 4, 4 + bytes.readUInt32LE(0)));
  assert.equal(head.sources[0].print.dev, String(fingerprint.dev));
  assert.equal(head.sources[0].fingerprint, undefined);
});

test('bytes that are no record are none, also where a source lacks its fingerprint', () => {
  const bytes = Buffer.from(encodeRecord(record));
  const broken = Buffer.from(bytes.toString('latin1').replace('"print"', '"prinT"'), 'latin1');
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
