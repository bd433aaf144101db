import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Descriptor, descriptorOf } from '../oci/descriptor.ts';
import { annotationNames, mediaTypes } from '../oci/mediaTypes.ts';
import { knownTags, type OciIndex, ociIndexText, resolveInIndex } from './ociIndex.ts';
import { createLayoutReferrers } from './referrers/layoutReferrers.ts';
import { memoryTarget, referrerBytes } from './referrers/testing/memoryTarget.ts';

const entry = (i: number, name: string | undefined): Descriptor => ({
  ...descriptorOf(mediaTypes.manifest, Buffer.from(String(i))),
  ...(name === undefined ? {} : { annotations: { [annotationNames.refName]: name } }),
});

test('an entry is found by its tag or full name, the first of both, and else by its digest', () => {
  const index = [entry(0, undefined), entry(1, 'localhost/x:v1'), entry(2, 'v1'), entry(3, 'v1'), entry(4, 'v2')];
  const found = (repository: string, reference: string) =>
    index.findIndex(({ digest }) => digest === resolveInIndex(index, repository, reference)?.digest);
  assert.deepEqual(
    [found('localhost/x', 'v1'), found('other', 'v1'), found('x', 'v2'), found('x', entry(0, '').digest)],
    [1, 2, 4, 0],
  );
  assert.equal(resolveInIndex(index, 'x', 'v3'), undefined);
});

test('a name that has a digest stands for no entry with another one', () => {
  const [good, evil] = [entry(0, undefined), entry(1, undefined)];
  for (const name of [good.digest, `team/x@${good.digest}`, `localhost/x:${good.digest}`]) {
    const named = { ...evil, annotations: { [annotationNames.refName]: name } };
    assert.equal(resolveInIndex([named, good], 'localhost/x', good.digest)?.digest, good.digest, name);
    assert.equal(resolveInIndex([named], 'localhost/x', good.digest), undefined, name);
    assert.equal(resolveInIndex([named], '', name), undefined, name);
  }
  const own = entry(2, undefined);
  const named = { ...own, annotations: { [annotationNames.refName]: `team/x@${own.digest}` } };
  assert.equal(resolveInIndex([named], '', `team/x@${own.digest}`)?.digest, own.digest);
});

/** The same entries; counts how often one is looked at. */
function counting(entries: readonly Descriptor[]) {
  const counts = { looks: 0 };
  const index: OciIndex = entries.map((one) => ({
    ...one,
    get digest() {
      counts.looks++;
      return one.digest;
    },
  }));
  return { counts, index };
}

test('to look up all entries of an index looks at each a few times, not once for each other', async () => {
  const target = memoryTarget();
  const kits = Array.from({ length: 500 }, (_, i) => target.add(Buffer.from(`{"layers":[],"i":${i}}`)));
  const entries = kits.flatMap((kit, i) => [
    { ...kit, annotations: { [annotationNames.refName]: `v${i}` } },
    target.add(referrerBytes(kit)),
  ]);
  let reads = 0;
  const source = {
    ...target,
    fetch: (...args: Parameters<typeof target.fetch>) => {
      reads++;
      return target.fetch(...args);
    },
  };
  const { counts, index } = counting(entries);
  const referrers = createLayoutReferrers();
  for (const [i, { digest }] of kits.entries()) {
    assert.ok(resolveInIndex(index, '', `v${i}`));
    assert.equal(knownTags(index, [`v${i}`, 'none']).length, 1);
    assert.equal((await Array.fromAsync(referrers.of(index, digest, source))).length, 1);
  }
  assert.equal(reads, entries.length);
  assert.ok(counts.looks < entries.length * 10, String(counts.looks));
});

test('a list that nobody could read again is not written', () => {
  const long = [entry(1, 'x'.repeat(40_000_000)), entry(2, 'y'.repeat(40_000_000))];
  assert.equal(JSON.parse(ociIndexText(long.slice(1))).manifests.length, 1);
  assert.throws(() => ociIndexText(long), { code: 'store-failed' });
});
