import assert from 'node:assert/strict';
import {
  canDropReferrer,
  canFindTags,
  canListReferrers,
  canListTags,
  type ReferrerLister,
  type Target,
} from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import { type Bench, powerCases, requirePower, type TargetCase, targetCase } from './Bench.ts';
import { contentOf } from './contents.ts';
import { listAll } from './reading.ts';
import { type Blob, blobOf, manifestOf } from './samples.ts';

/** What lists: tags and referrers. */
export const listingCases: readonly TargetCase[] = powerCases([
  targetCase(
    'tags: lists each tag once, also when there are many',
    async ({ target, repository, storeKit, settle }) => {
      const lister = requirePower(target, canListTags, 'tags');
      assert.deepEqual(await listAll(lister.tags()), [], 'in an empty target');
      const [first, second] = [await storeKit('one'), await storeKit('two')];
      const names = Array.from({ length: 25 }, (_, at) => `v${at}`);
      for (const tag of [...names, 'v3']) await target.tag(first.manifest.descriptor, repository, tag);
      await target.tag(second.manifest.descriptor, repository, 'v7');
      await target.tag(second.manifest.descriptor, repository, undefined);
      await settle();
      assert.deepEqual([...(await listAll(lister.tags()))].sort(), names.sort());
    },
  ),
  targetCase('tags: lists none of another repository', async ({ target, repository, ...bench }: Bench) => {
    const lister = requirePower(target, canListTags, 'tags');
    const { otherRepository, storeKit, reopen } = bench;
    if (otherRepository === undefined) throw new NotRun('the maker names no `otherRepository`');
    const { config, layer, manifest } = await storeKit('here', 'v1');
    const other = await reopen(otherRepository);
    for (const { descriptor, bytes } of [config, layer, manifest]) await other.push(descriptor, contentOf(bytes));
    await other.tag(manifest.descriptor, otherRepository, 'elsewhere');
    assert.deepEqual(await listAll(lister.tags()), ['v1']);
  }),
  targetCase('findTags: gives those that are there', async ({ target, repository, store, storeKit, settle }) => {
    const finder = requirePower(target, canFindTags, 'findTags');
    const { manifest } = await storeKit('named', 'v1');
    // The local store looks only for the tags that tools give to what belongs to a kit.
    const names = ['sig', 'att', 'sbom'].map((end) => `${manifest.descriptor.digest.replace(':', '-')}.${end}`);
    assert.deepEqual(await finder.findTags(repository, names), []);
    // A kit under such a tag belongs to nothing.
    const signature = referrerOf(manifest, 'test/signature');
    await store(empty, signature);
    await target.tag(signature.descriptor, repository, names[1]);
    await settle();
    assert.deepEqual(await finder.findTags(repository, names), [names[1]]);
  }),
  targetCase('referrers: lists what names a manifest as its subject', async ({ target, store, storeKit, settle }) => {
    const lister = requirePower(target, canListReferrers, 'referrers');
    const [{ manifest: subject }, other] = [await storeKit('subject', 'v1'), await storeKit('other', 'v2')];
    const [sbom, signature] = [referrerOf(subject, 'test/sbom'), referrerOf(subject, 'test/signature')];
    await store(empty, sbom, signature);
    await settle();
    assert.deepEqual(await digestsOf(lister, subject), digests(sbom, signature));
    assert.deepEqual(await digestsOf(lister, other.manifest), [], 'of a manifest that has none');
  }),
  targetCase('referrers: lists all of an artifact type', async ({ target, store, storeKit, settle }) => {
    const lister = requirePower(target, canListReferrers, 'referrers');
    const { manifest: subject } = await storeKit('subject', 'v1');
    const sboms = [referrerOf(subject, 'test/sbom'), referrerOf(subject, 'test/sbom', 'another one')];
    await store(empty, ...sboms, referrerOf(subject, 'test/signature'));
    await settle();
    const found = await digestsOf(lister, subject, 'test/sbom');
    assert.deepEqual(
      digests(...sboms).filter((digest) => !found.includes(digest)),
      [],
    );
  }),
  targetCase('dropReferrer: takes one out of the list', async ({ target, store, storeKit, settle }) => {
    const lister = requirePower(target, canListReferrers, 'referrers');
    const dropper = requirePower(target, canDropReferrer, 'dropReferrer');
    const { manifest: subject } = await storeKit('subject', 'v1');
    const [sbom, signature] = [referrerOf(subject, 'test/sbom'), referrerOf(subject, 'test/signature')];
    await store(empty, sbom, signature);
    await settle();
    await dropper.dropReferrer(sbom.descriptor);
    await settle();
    assert.deepEqual(await digestsOf(lister, subject), digests(signature));
  }),
]);

const empty = blobOf('{}', 'application/vnd.oci.empty.v1+json');

function referrerOf({ descriptor: subject }: Blob, artifactType: string, note = ''): Blob {
  return manifestOf(empty, [empty], { artifactType, subject, annotations: { note } });
}

async function digestsOf(
  target: Target & ReferrerLister,
  { descriptor }: Blob,
  type?: string,
): Promise<readonly string[]> {
  const found = await listAll(target.referrers(descriptor, type));
  return found.map(({ digest }) => digest).sort();
}

function digests(...blobs: readonly Blob[]): readonly string[] {
  return blobs.map(({ descriptor }) => descriptor.digest).sort();
}
