import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Descriptor } from '../oci/descriptor.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { parseReference } from '../oci/reference.ts';
import { memoryTarget } from '../store/referrers/testing/memoryTarget.ts';
import type { ReadTarget } from '../store/roles.ts';
import { createKitReader } from './createKitReader.ts';
import { keptNames } from './keptNames.ts';
import { walkContents } from './walkContents.ts';

/** A target, and how often a blob of it was read. */
function countingTarget() {
  const target = memoryTarget();
  const counts = new Map<string, number>();
  const counting: ReadTarget = {
    ...target,
    fetch: (descriptor, range) => {
      counts.set(descriptor.digest, (counts.get(descriptor.digest) ?? 0) + 1);
      return target.fetch(descriptor, range);
    },
  };
  return { target, counting, most: () => Math.max(...counts.values()) };
}

/** Kits with different manifests. */
function kitsWith(target: ReturnType<typeof memoryTarget>, config: object, mediaType: string, count: number) {
  const described = target.add(Buffer.from(JSON.stringify(config)), mediaType);
  return Array.from({ length: count }, (_, i) => {
    const manifest = { schemaVersion: 2, config: described, layers: [], annotations: { i: String(i) } };
    return target.add(Buffer.from(JSON.stringify(manifest)));
  });
}

const base = 'registry.test/team/base:v1';
const kitfile = { manifestVersion: '1.0.0', model: { path: base } };
const docker = 'application/vnd.docker.ai.model.config.v0.1+json';

for (const [what, mediaType] of [
  ['a Kitfile', mediaTypes.kitConfig],
  ['a config of another tool', docker],
] as const)
  test(`${what} that many manifests name is read once, and so is each manifest`, async () => {
    const { target, counting, most } = countingTarget();
    const kits = kitsWith(target, mediaType === docker ? {} : kitfile, mediaType, 50);
    const readKit = createKitReader();
    for (const kit of [...kits, ...kits]) assert.equal((await readKit(kit, counting)).descriptor, kit);
    assert.equal(most(), 1);
  });

test('what one target lacks is read from another one', async () => {
  const { target, counting } = countingTarget();
  const [kit] = kitsWith(target, kitfile, mediaTypes.kitConfig, 1) as [Descriptor];
  const readKit = createKitReader();
  await assert.rejects(readKit(kit, memoryTarget()), { code: 'descriptor-mismatch' });
  assert.equal((await readKit(kit, counting)).target, counting);
});

test('the names that kits of an archive refer to are found by reading each kit once, however many names it has', async () => {
  const { target, counting, most } = countingTarget();
  const [root] = kitsWith(target, kitfile, mediaTypes.kitConfig, 1) as [Descriptor];
  const kits = Array.from({ length: 100 }, (_, i) => {
    return { name: parseReference(`registry.test/team/kit:v${i}`), root, members: [] };
  });
  assert.deepEqual([...(await keptNames(kits, counting))], [base]);
  assert.equal(most(), 1);
});

test('a manifest to which several roots lead is walked once for all of them', async () => {
  const { target, counting, most } = countingTarget();
  const manifests = kitsWith(target, kitfile, mediaTypes.kitConfig, 3);
  const index = (i: number) =>
    target.add(Buffer.from(JSON.stringify({ schemaVersion: 2, manifests, annotations: { i } })), mediaTypes.index);
  const [walked, blobs] = [new Set<Descriptor['digest']>(), new Map()];
  for (let i = 0; i < 20; i++) await walkContents(counting, index(i), blobs, AbortSignal.timeout(60_000), walked);
  assert.equal(most(), 1);
  assert.equal(blobs.size, 20 + manifests.length + 1);
});
