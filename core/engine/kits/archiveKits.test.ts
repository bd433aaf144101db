import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { displayReference } from '../oci/reference.ts';
import { memoryTarget } from '../store/referrers/testing/memoryTarget.ts';
import { archiveKits } from './archiveKits.ts';

const entry = (name: string) => ({
  mediaType: mediaTypes.manifest,
  digest: `sha256:${'0'.repeat(64)}` as const,
  size: 1,
  annotations: { 'org.opencontainers.image.ref.name': name },
});

test('what an archive names as cosign names signatures is no kit, in no repository', async () => {
  const kit = `sha256-${'1'.repeat(64)}`;
  const names = ['x:v1', ...['', '.sig', '.att', '.sbom'].flatMap((end) => [kit + end, `team/x:${kit}${end}`])];
  const found = await archiveKits(memoryTarget(), names.map(entry), 'kit');
  assert.deepEqual(
    found.map(({ name }) => displayReference(name)),
    ['x:v1'],
  );
});

test('what an archive names by the digest of another kit is refused', async () => {
  for (const name of [`sha256:${'1'.repeat(64)}`, `team/x@sha256:${'1'.repeat(64)}`])
    await assert.rejects(archiveKits(memoryTarget(), [entry(name)], 'kit'), { code: 'kit-malformed' });
  const own = `team/x@sha256:${'0'.repeat(64)}`;
  assert.equal((await archiveKits(memoryTarget(), [entry(own)], 'kit')).length, 1);
});
