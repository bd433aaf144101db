import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { streamOf } from '@kitwright/core/plugin';
import { type FamilyName, families, startRegistry } from '@kitwright/testkit';
import { login } from './login.ts';
import { defaultQuirks, type Quirks, quirkTable } from './quirks.ts';
import { blobOf, bytesOf, contentOf, openTest, readAll, seedKit } from './testing/openTest.ts';

const mebibyte = 1024 * 1024;
/** Larger than the limit of a family for one request, if it has one. */
const sizes: Partial<Record<FamilyName, number>> = { ACR: 40 * mebibyte, Quay: 70 * mebibyte };

const rowOf = (name: string): Quirks => quirkTable.find(({ family }) => family === name) ?? defaultQuirks;

const auth = { scheme: 'bearer', username: 'ann', password: 'secret' } as const;
for (const family of Object.keys(families) as FamilyName[]) {
  const bytes = randomBytes(sizes[family] ?? 9 * mebibyte);

  test(`${family}: with the rules of its row the stored and pulled bytes are those that were pushed`, async () => {
    await using registry = await startRegistry({ family, auth });
    await using repository = openTest(registry, { quirks: rowOf(family) });
    await login(registry.host, auth, repository.options);
    await repository.target.push(blobOf(bytes), contentOf(bytes));
    assert.ok(registry.content.blobs.get(blobOf(bytes).digest)?.equals(bytes));
    const pulled = await readAll(repository.target.fetch(blobOf(bytes)));
    assert.ok(pulled.equals(bytes));
    const storage = registry.requests.filter(({ method }) => method.startsWith('storage'));
    assert.equal(storage.length > 0, 'redirects' in families[family]);
  });

  test(`${family}: referrers are listed, with or without the API`, async () => {
    await using registry = await startRegistry({ family });
    const subject = seedKit(registry, bytesOf(10));
    await using repository = openTest(registry, { quirks: rowOf(family) });
    assert.deepEqual(await Array.fromAsync(repository.target.referrers(subject)), []);
  });
}

/** The failures if a family is treated like any other, which show that the doubles behave differently. */
const wrong: readonly (readonly [FamilyName, Partial<Quirks>, 'refused' | 'damaged'])[] = [
  ['ECR', { chunkBytes: 4 * mebibyte }, 'refused'],
  ['Google', { chunkBytes: 4 * mebibyte }, 'refused'],
  ['GHCR', { chunkBytes: 8 * mebibyte }, 'refused'],
  ['ACR', { upload: 'put' }, 'refused'],
  ['Quay', { upload: 'put' }, 'refused'],
  ['Artifactory', { chunkBytes: 4 * mebibyte }, 'damaged'],
];

for (const [family, quirks, outcome] of wrong) {
  test(`${family}: treated like any other, an upload is ${outcome}`, async () => {
    const bytes = randomBytes(sizes[family] ?? 9 * mebibyte);
    await using registry = await startRegistry({ family });
    await using repository = openTest(registry, { quirks: { ...defaultQuirks, ...quirks } });
    const pushed = repository.target.push(blobOf(bytes), contentOf(bytes));
    if (outcome === 'refused') await assert.rejects(pushed);
    else await pushed;
    assert.ok(!registry.content.blobs.get(blobOf(bytes).digest)?.equals(bytes));
  });
}

test('Artifactory: a truncated blob is noticed by its size', async () => {
  const bytes = randomBytes(9 * mebibyte);
  await using registry = await startRegistry({ family: 'Artifactory' });
  const quirks = { ...defaultQuirks, chunkBytes: 4 * mebibyte, checksSize: true };
  await using repository = openTest(registry, { quirks });
  await assert.rejects(repository.target.push(blobOf(bytes), contentOf(bytes)));
});

test('zot: a refused mount opens the upload that is then used', async () => {
  await using registry = await startRegistry({ family: 'zot' });
  const bytes = bytesOf(1000);
  const elsewhere = { knownRepositories: () => ['team/base'], quirks: rowOf('zot') };
  await using repository = openTest(registry, elsewhere);
  const fetch = () => streamOf(contentOf(bytes), { start: 0, end: bytes.byteLength });
  const source = { name: 'x', fetch, locate: () => [], exists: async () => true, resolve: async () => undefined };
  assert.equal(await repository.target.mount(blobOf(bytes), source), false);
  await repository.target.push(blobOf(bytes), contentOf(bytes));
  assert.equal(registry.requests.filter(({ method }) => method === 'POST').length, 1);
  assert.ok(registry.content.blobs.get(blobOf(bytes).digest)?.equals(bytes));
});
