import assert from 'node:assert/strict';
import {
  type ByteStream,
  type Content,
  canClose,
  canPour,
  type Descriptor,
  descriptorOf,
  mediaTypes,
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
    name: 'pours the same bytes as it streams, if it pours at all, and stops where the receiver stops',
    run: async (target, repository) => {
      const { layer, manifest } = await pushKit(target, '0123456789');
      await target.tag(manifest.descriptor, repository, 'v1');
      await settle(target);
      if (!canPour(target)) return;
      const parts: Buffer[] = [];
      await target.pour(layer.descriptor, { start: 3, end: 9 }, (bytes) => void parts.push(Buffer.from(bytes)));
      assert.equal(Buffer.concat(parts).toString(), '345678');
      const full = new Error('full');
      const refuse = () => {
        throw full;
      };
      await assert.rejects(target.pour(layer.descriptor, { start: 0, end: 10 }, refuse), full);
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
    name: 'takes several contents at the same time',
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

function blob(text: string) {
  const bytes = Buffer.from(text);
  return { bytes, descriptor: descriptorOf(blobType, bytes) };
}

function manifestOf(config: Descriptor, layers: readonly Descriptor[]) {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers }));
  return { bytes, descriptor: descriptorOf(mediaTypes.manifest, bytes) };
}

function contentOf(bytes: Uint8Array): Content {
  return (range = { start: 0, end: bytes.byteLength }) =>
    (async function* () {
      yield bytes.subarray(range.start, range.end);
    })();
}

/** What was pushed and named can be read only now in a target that is one file. */
async function settle(target: Target): Promise<void> {
  if (canClose(target)) await target.close();
}

async function read(stream: ByteStream): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream));
}
