import assert from 'node:assert/strict';
import { canClose, canDelete, canListTags, canSwapTag, type Target } from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import { assertCode } from '../suite/rejection.ts';
import { powerCases, requirePower, type TargetCase, targetCase } from './Bench.ts';
import { fetchAll, listAll } from './reading.ts';
import { type Blob, kitOf, manifestOf } from './samples.ts';

/** What removes and replaces: `untag`, `delete`, `swapTag`, `discard`. */
export const changingCases: readonly TargetCase[] = powerCases([
  targetCase('untag: takes one tag away and leaves the kit', async ({ target, repository, storeKit, settle }) => {
    const deleter = requirePower(target, canDelete, 'untag');
    const { layer, manifest } = await storeKit('named', 'v1');
    await target.tag(manifest.descriptor, repository, 'v2');
    await deleter.untag('v1');
    await settle();
    assert.equal(await target.resolve(repository, 'v1'), undefined);
    assert.equal((await target.resolve(repository, 'v2'))?.digest, manifest.descriptor.digest);
    if (canListTags(target)) assert.deepEqual(await listAll(target.tags()), ['v2'], 'tags');
    await deleter.untag('v2');
    assert.equal(await target.exists(manifest.descriptor), true, 'the manifest went with its last tag');
    assert.equal((await target.resolve(repository, manifest.descriptor.digest))?.digest, manifest.descriptor.digest);
    assert.equal((await fetchAll(target, layer.descriptor)).toString(), 'named');
  }),
  targetCase('delete: takes a manifest away with all its tags, and no other', async (bench) => {
    const { target, repository, storeKit } = bench;
    const deleter = requirePower(target, canDelete, 'delete');
    const [{ manifest }, other] = [await storeKit('gone', 'v1'), await storeKit('stays', 'v3')];
    await target.tag(manifest.descriptor, repository, 'v2');
    await deleter.delete(manifest.descriptor);
    for (const tag of ['v1', 'v2', manifest.descriptor.digest])
      assert.equal(await target.resolve(repository, tag), undefined, `${tag} is left`);
    assert.equal(await target.exists(manifest.descriptor), false);
    assert.equal((await target.resolve(repository, 'v3'))?.digest, other.manifest.descriptor.digest);
    assert.equal((await fetchAll(target, other.layer.descriptor)).toString(), 'stays');
    if (canListTags(target)) assert.deepEqual(await listAll(target.tags()), ['v3'], 'tags');
  }),
  targetCase('delete: leaves what another kit needs, and a tag that names another one by now', async (bench) => {
    const { target, repository, storeKit, store } = bench;
    const deleter = requirePower(target, canDelete, 'delete');
    const { config, layer, manifest } = await storeKit('shared', 'v1');
    const other = manifestOf(config, [layer], { annotations: { which: 'other' } });
    await store(other);
    await target.tag(other.descriptor, repository, 'v1');
    await deleter.delete(manifest.descriptor);
    assert.equal((await target.resolve(repository, 'v1'))?.digest, other.descriptor.digest, 'the tag had moved away');
    for (const { descriptor, bytes } of [config, layer, other])
      assert.ok((await fetchAll(target, descriptor)).equals(bytes), `it took a ${descriptor.mediaType} of another kit`);
  }),
  targetCase('delete: what was removed can be pushed again', async ({ target, repository, storeKit }) => {
    const deleter = requirePower(target, canDelete, 'delete');
    const { manifest } = await storeKit('again', 'v1');
    await deleter.delete(manifest.descriptor);
    await storeKit('again', 'v1');
    assert.equal(await target.exists(manifest.descriptor), true);
    assert.equal((await target.resolve(repository, 'v1'))?.digest, manifest.descriptor.digest);
    assert.ok((await fetchAll(target, manifest.descriptor)).equals(manifest.bytes));
  }),
  targetCase('untag, delete: say kit-not-found for what is not there', async ({ target, storeKit }) => {
    const deleter = requirePower(target, canDelete, 'untag');
    await storeKit('named', 'v1');
    await assertCode(() => deleter.untag('v2'), 'kit-not-found', 'untag of a missing tag');
    const { descriptor } = kitOf('nowhere').manifest;
    await assertCode(() => deleter.delete(descriptor), 'kit-not-found', 'delete of a missing manifest');
  }),
  targetCase('swapTag: moves a tag that names what it should, and says what it did', async (bench) => {
    const { target, repository, storeKit } = bench;
    const swapper = requirePower(target, canSwapTag, 'swapTag');
    const [one, two] = [(await storeKit('one')).manifest.descriptor, (await storeKit('two')).manifest.descriptor];
    assert.equal(await swapper.swapTag(one, repository, 'v1', undefined), true, 'where there was no tag');
    assert.equal((await target.resolve(repository, 'v1'))?.digest, one.digest);
    assert.equal(await swapper.swapTag(two, repository, 'v1', await target.resolve(repository, 'v1')), true);
    assert.equal((await target.resolve(repository, 'v1'))?.digest, two.digest);
    assert.equal(await swapper.swapTag(one, repository, 'v1', one), false, 'where it names another kit by now');
    assert.equal(await swapper.swapTag(one, repository, 'v1', undefined), false, 'where there is a tag by now');
    assert.equal((await target.resolve(repository, 'v1'))?.digest, two.digest, 'it moved the tag that it left');
  }),
  targetCase('swapTag: of many at once one succeeds', async ({ target, repository, storeKit, reopen }) => {
    requirePower(target, canSwapTag, 'swapTag');
    await storeKit('before', 'v1');
    const kits = await Promise.all(['one', 'two', 'three', 'four'].map((text) => storeKit(text)));
    const targets = [target, await reopen().catch(() => target)];
    const swaps = kits.map(async ({ manifest: { descriptor } }, at) => {
      const swapper = requirePower(targets[at % 2] as Target, canSwapTag, 'swapTag');
      const before = await swapper.resolve(repository, 'v1');
      return async () =>
        (await swapper.swapTag(descriptor, repository, 'v1', before)) ? descriptor.digest : undefined;
    });
    const work = await Promise.all(swaps);
    const moved = (await Promise.all(work.map((swap) => swap()))).filter((digest) => digest !== undefined);
    assert.equal(moved.length, 1, `${moved.length} of them said that they moved it`);
    assert.equal((await target.resolve(repository, 'v1'))?.digest, moved[0]);
  }),
  targetCase('swapTag: refuses a manifest that is not there', async ({ target, repository }) => {
    const swapper = requirePower(target, canSwapTag, 'swapTag');
    const { descriptor } = kitOf('nowhere').manifest;
    await assertCode(() => swapper.swapTag(descriptor, repository, 'v1', undefined), 'kit-not-found', 'swapTag');
    assert.equal(await target.resolve(repository, 'v1'), undefined);
  }),
  targetCase('close: what was pushed and not closed is forgotten by discard', async (bench) => {
    const { target, repository, storeKit, store } = bench;
    const closer = requirePower(target, canClose, 'close');
    const kept = await storeKit('kept', 'v1');
    const { config, layer, manifest } = kitOf('forgotten');
    await store(config, layer, manifest);
    await target.tag(manifest.descriptor, repository, 'v1');
    await requireClosing(target, layer);
    closer.discard();
    await closer.close();
    assert.equal((await target.resolve(repository, 'v1'))?.digest, kept.manifest.descriptor.digest);
    assert.equal(await target.exists(layer.descriptor), false);
  }),
  targetCase(
    'close: others see the old content until then',
    async ({ target, repository, storeKit, store, reopen }) => {
      requirePower(target, canClose, 'close');
      const before = await storeKit('before', 'v1');
      const { config, layer, manifest } = kitOf('after');
      await store(config, layer, manifest);
      await target.tag(manifest.descriptor, repository, 'v1');
      await requireClosing(target, layer);
      const other = await reopen();
      assert.equal((await other.resolve(repository, 'v1'))?.digest, before.manifest.descriptor.digest);
      assert.equal(await other.exists(layer.descriptor), false);
    },
  ),
]);

/** For some, `close` only ends what they need while they work. Throws `NotRun` for such a one. */
async function requireClosing(target: Target, { descriptor }: Blob): Promise<void> {
  const isThere = await fetchAll(target, descriptor).then(
    () => true,
    () => false,
  );
  if (isThere) throw new NotRun('the target needs no `close` to keep what is pushed');
}
