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
  type Target,
} from '@kitwright/core/plugin';

/** One rule that every target keeps. */
export interface TargetCase {
  readonly name: string;
  readonly run: (target: Target, repository: string) => Promise<void>;
}

const blobType = 'application/octet-stream';

/** The rules for targets (design 3). Run each against a fresh, empty one; `repository` is a name it knows. */
export const targetConformance: readonly TargetCase[] = [
  {
    name: 'gives back what was pushed, whole and in parts',
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
    name: 'reads the same bytes as it streams, if it reads at all, one block at a time',
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
    name: 'stops reading where the receiver stops, if it reads at all',
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
    name: 'pushes the same content twice without harm',
    run: async (target, repository) => {
      const { layer, manifest } = await pushKit(target, 'twice');
      await target.push(layer.descriptor, contentOf(layer.bytes));
      await target.tag(manifest.descriptor, repository, 'v1');
      await settle(target);
      assert.equal((await read(target.fetch(layer.descriptor))).toString(), 'twice');
    },
  },
  {
    name: 'refuses content that is not what its descriptor says, and does not keep it',
    run: async (target) => {
      const { descriptor } = blob('right');
      await assert.rejects(target.push(descriptor, contentOf(Buffer.from('wrong'))));
      assert.equal(await target.exists(descriptor), false);
    },
  },
  {
    name: 'says no to what it does not have',
    run: async (target) => {
      const { descriptor } = blob('nowhere');
      assert.equal(await target.exists(descriptor), false);
      await assert.rejects(async () => read(target.fetch(descriptor)), { code: 'kit-not-found' });
    },
  },
  {
    name: 'takes empty content',
    run: async (target) => {
      const { descriptor, bytes } = blob('');
      await target.push(descriptor, contentOf(bytes));
    },
  },
  {
    name: 'takes several blobs at the same time',
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

function manifestOf(config: Descriptor, layers: readonly Descriptor[]): Blob {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers }));
  return { bytes, descriptor: descriptorOf(mediaTypes.manifest, bytes) };
}

/** In small blocks that all lie in the same memory, which is wiped as soon as it is given back. */
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

/** What was pushed and named can be read only now in a target that is one file. */
async function settle(target: Target): Promise<void> {
  if (canClose(target)) await target.close();
}

async function read(stream: ByteStream): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream));
}

/** Holds each block for some time: it must keep its bytes, and no other may come. */
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
