import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descriptorOf } from '../../oci/descriptor.ts';
import { digestOf } from '../../oci/digest.ts';
import { mediaTypes } from '../../oci/mediaTypes.ts';
import { contentOfBytes } from '../contentOf.ts';
import type { Content } from '../roles.ts';
import type { ArchiveSink } from './ArchiveSink.ts';
import { hashParts } from './hashParts.ts';
import { layOutArchive } from './layOutArchive.ts';
import { writeArchive } from './writeArchive.ts';

const blob = (text: string, mediaType = 'application/octet-stream') => {
  const bytes = Buffer.from(text);
  return { descriptor: descriptorOf(mediaType, bytes), content: contentOfBytes(bytes) };
};
const blobs = [blob('x'.repeat(3000)), blob(''), blob('small'), blob('{"manifest":1}', mediaTypes.manifest)];
const index = blobs.slice(3).map(({ descriptor }) => descriptor);

/** A sink in memory. */
const memorySink = (before: Uint8Array = Buffer.alloc(0)) => {
  let held = Buffer.from(before);
  const sink: ArchiveSink = {
    present: () => held.byteLength,
    read: async ({ start, end }, take) => {
      for (let at = start; at < end; at += 700) await take(held.subarray(at, Math.min(at + 700, end)));
    },
    cut: async (from) => {
      held = held.subarray(0, from);
    },
    write: (bytes) => {
      held = Buffer.concat([held, bytes]);
    },
    commit: async () => [],
    close: async () => undefined,
  };
  return { sink, held: () => held };
};
const options = { signal: new AbortController().signal };
const written = async (contents = blobs, before?: Uint8Array) => {
  const { sink, held } = memorySink(before);
  await writeArchive(layOutArchive({ index, blobs: contents }), sink, options);
  return held();
};
const whole = await written();

test('the order of what is given does not matter', async () => {
  assert.ok((await written(blobs.toReversed())).equals(whole));
  assert.equal(layOutArchive({ index, blobs }).size, whole.byteLength);
});

test('whatever an interrupted save left, the archive is the same', async () => {
  for (let at = 0; at <= whole.byteLength; at += 97)
    for (const damage of [undefined, 0, at >> 1, at - 1]) {
      const left = Buffer.from(whole.subarray(0, at));
      if (damage !== undefined && left[damage] !== undefined) left[damage] ^= 1;
      assert.ok((await written(blobs, left)).equals(whole), `${at} ${damage}`);
    }
  assert.ok((await written(blobs, Buffer.concat([whole, whole]))).equals(whole));
});

test('what is there is not read again from its source', async () => {
  const untouchable: Content = { read: () => assert.fail('the source was read') };
  const contents = blobs.map((one) => (one.descriptor.size ? { ...one, content: untouchable } : one));
  assert.ok((await written(contents, whole)).equals(whole));
});

test('a blob that is damaged at its source is refused, and nothing of it stays', async () => {
  const [first = blob('')] = blobs;
  const { sink, held } = memorySink();
  const contents = [...blobs.slice(1), { ...first, content: contentOfBytes(Buffer.alloc(3000, 'y')) }];
  await assert.rejects(writeArchive(layOutArchive({ index, blobs: contents }), sink, options), {
    code: 'descriptor-mismatch',
  });
  assert.equal(held().includes('yyy'), false);
});

test('the digests of parts are right, also after what was left turned out to be wrong', async () => {
  for (const partSize of [1000, 1024, 999_999])
    for (const left of [0, 1500, 2600, whole.byteLength]) {
      const before = Buffer.from(whole.subarray(0, left));
      if (left > 2000) before[2000] = 0;
      const sink = hashParts(memorySink(before).sink, partSize);
      await writeArchive(layOutArchive({ index, blobs }), sink, options);
      const parts = Array.from({ length: Math.ceil(whole.byteLength / partSize) }, (_, i) =>
        digestOf(whole.subarray(i * partSize, (i + 1) * partSize)),
      );
      assert.deepEqual(sink.digests(), parts, `${partSize} ${left}`);
    }
});
