import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import {
  type ByteRange,
  type ByteStream,
  type Content,
  canClose,
  canRead,
  type Descriptor,
  descriptorOf,
  mediaTypes,
  type Reader,
  type ReferrerLister,
  type Target,
} from '@kitwright/core/plugin';

/** One rule that every target keeps. */
export interface TargetCase {
  readonly name: string;
  readonly run: (target: Target, repository: string) => Promise<void>;
}

const blobType = 'application/octet-stream';

/** The rules for targets. Run each against a fresh, empty target; `repository` is a valid name in it. */
export const targetConformance: readonly TargetCase[] = [
  {
    name: 'returns the bytes that were pushed, completely and in parts',
    run: async (target, repository) => {
      const { layer, manifest } = await pushKit(target, '0123456789');
      await target.tag(manifest.descriptor, repository, 'v1');
      await settle(target);
      assert.equal(await target.exists(layer.descriptor), true);
      assert.equal((await read(target.fetch(layer.descriptor))).toString(), '0123456789');
      assert.equal((await read(target.fetch(layer.descriptor, { start: 3, end: 6 }))).toString(), '345');
      assert.equal((await read(target.fetch(layer.descriptor, { start: 9, end: 10 }))).toString(), '9');
      assert.deepEqual(await read(target.fetch(manifest.descriptor)), manifest.bytes);
    },
  },
  {
    name: 'if it has read: reads the same bytes as it streams, one block at a time',
    run: async (target, repository) => {
      const { layer, manifest } = await pushKit(target, '0123456789');
      await target.tag(manifest.descriptor, repository, 'v1');
      await settle(target);
      if (!canRead(target)) return;
      const text = async ({ descriptor }: Blob, start: number, end: number) =>
        (await readHolding(target, descriptor, { start, end })).toString();
      assert.equal(await text(layer, 0, 10), '0123456789');
      assert.equal(await text(layer, 3, 9), '345678');
      assert.equal(await text(manifest, 0, manifest.descriptor.size), manifest.bytes.toString());
    },
  },
  {
    name: 'if it has read: stops reading when the receiver stops',
    run: async (target, repository) => {
      const { layer, manifest } = await pushKit(target, '0123456789');
      await target.tag(manifest.descriptor, repository, 'v1');
      await settle(target);
      if (!canRead(target)) return;
      const full = new Error('full');
      const atOnce = () => {
        throw full;
      };
      for (const refuse of [atOnce, () => Promise.reject(full)])
        await assert.rejects(target.read(layer.descriptor, { start: 0, end: 10 }, refuse), full);
    },
  },
  {
    name: 'resolves a tag and a digest to the descriptor, and nothing else',
    run: async (target, repository) => {
      const { manifest } = await pushKit(target, 'named');
      await target.tag(manifest.descriptor, repository, 'v1');
      await settle(target);
      assert.deepEqual(await target.resolve(repository, 'v1'), manifest.descriptor);
      assert.deepEqual(await target.resolve(repository, manifest.descriptor.digest), manifest.descriptor);
      assert.equal(await target.resolve(repository, 'v2'), undefined);
    },
  },
  {
    name: 'moves a tag',
    run: async (target, repository) => {
      const [first, second] = [await pushKit(target, 'one'), await pushKit(target, 'two')];
      await target.tag(first.manifest.descriptor, repository, 'latest');
      await target.tag(second.manifest.descriptor, repository, 'latest');
      await settle(target);
      assert.deepEqual(await target.resolve(repository, 'latest'), second.manifest.descriptor);
    },
  },
  {
    name: 'if it has referrers: lists a manifest under its subject, and under nothing else',
    run: async (target, repository) => {
      const { manifest, layer } = await pushKit(target, 'subject');
      await target.tag(manifest.descriptor, repository, 'v1');
      const referrer = manifestOf(layer.descriptor, [], manifest.descriptor);
      await target.push(referrer.descriptor, contentOf(referrer.bytes));
      await settle(target);
      if (!('referrers' in target)) return;
      const { referrers } = target as ReferrerLister;
      const of = async (descriptor: Descriptor) =>
        (await Array.fromAsync(referrers(descriptor))).map(({ digest }) => digest);
      assert.deepEqual(await of(manifest.descriptor), [referrer.descriptor.digest]);
      assert.deepEqual(await of(referrer.descriptor), []);
    },
  },
  {
    name: 'accepts the same blob twice',
    run: async (target, repository) => {
      const { layer, manifest } = await pushKit(target, 'twice');
      await target.push(layer.descriptor, contentOf(layer.bytes));
      await target.tag(manifest.descriptor, repository, 'v1');
      await settle(target);
      assert.equal((await read(target.fetch(layer.descriptor))).toString(), 'twice');
    },
  },
  {
    name: 'refuses bytes that do not match their descriptor, and does not store them',
    run: async (target) => {
      const { descriptor } = blob('right');
      await assert.rejects(target.push(descriptor, contentOf(Buffer.from('wrong'))));
      assert.equal(await target.exists(descriptor), false);
    },
  },
  {
    name: 'reports that a missing blob, tag or digest does not exist',
    run: async (target) => {
      const { descriptor } = blob('nowhere');
      assert.equal(await target.exists(descriptor), false);
      await assert.rejects(async () => read(target.fetch(descriptor)), { code: 'kit-not-found' });
    },
  },
  {
    name: 'accepts an empty blob',
    run: async (target) => {
      const { descriptor, bytes } = blob('');
      await target.push(descriptor, contentOf(bytes));
    },
  },
  {
    name: 'accepts several blobs in parallel',
    run: async (target, repository) => {
      const blobs = Array.from({ length: 8 }, (_, i) => blob(`content ${i}`));
      await Promise.all(blobs.map(({ descriptor, bytes }) => target.push(descriptor, contentOf(bytes))));
      const manifest = manifestOf(
        (blobs[0] as (typeof blobs)[0]).descriptor,
        blobs.slice(1).map(({ descriptor }) => descriptor),
      );
      await target.push(manifest.descriptor, contentOf(manifest.bytes));
      await target.tag(manifest.descriptor, repository, 'v1');
      await settle(target);
      for (const { descriptor, bytes } of blobs) assert.deepEqual(await read(target.fetch(descriptor)), bytes);
    },
  },
];

async function pushKit(target: Target, text: string) {
  const [config, layer] = [blob(`{"config":"${text}"}`), blob(text)];
  const manifest = manifestOf(config.descriptor, [layer.descriptor]);
  for (const { descriptor, bytes } of [config, layer, manifest]) await target.push(descriptor, contentOf(bytes));
  return { layer, manifest };
}

interface Blob {
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
}

function blob(text: string): Blob {
  const bytes = Buffer.from(text);
  return { bytes, descriptor: descriptorOf(blobType, bytes) };
}

function manifestOf(config: Descriptor, layers: readonly Descriptor[], subject?: Descriptor): Blob {
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers, ...(subject && { subject }) }),
  );
  return { bytes, descriptor: descriptorOf(mediaTypes.manifest, bytes) };
}

/** Small blocks in the same memory, which is overwritten as soon as it is released. */
function contentOf(bytes: Uint8Array): Content {
  return {
    read: async ({ start, end }, take) => {
      const memory = Buffer.alloc(7);
      for (let at = start; at < end; at += memory.byteLength) {
        const block = memory.subarray(0, Math.min(memory.byteLength, end - at));
        block.set(bytes.subarray(at, at + block.byteLength));
        await take(block);
        memory.fill(0);
      }
    },
  };
}

/** In a target that is one file, pushed blobs can be read only after it was closed. */
async function settle(target: Target): Promise<void> {
  if (canClose(target)) await target.close();
}

async function read(stream: ByteStream): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream));
}

/** Holds each block for some time: its bytes must not change, and no other block may come. */
async function readHolding(target: Reader, descriptor: Descriptor, range: ByteRange): Promise<Buffer> {
  const parts: Buffer[] = [];
  let held = 0;
  await target.read(descriptor, range, async (bytes) => {
    assert.equal(++held, 1);
    await setImmediate();
    parts.push(Buffer.from(bytes));
    held--;
  });
  return Buffer.concat(parts);
}
