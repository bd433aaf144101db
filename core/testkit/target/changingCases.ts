import assert from 'node:assert/strict';
import { canClose, canDelete, canSwapTag, type Target } from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import { assertCode } from '../suite/rejection.ts';
import { powerCases, requirePower, type TargetCase, targetCase } from './Bench.ts';
import { fetchAll } from './reading.ts';
import { type Blob, kitOf } from './samples.ts';

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
    await deleter.untag('v2');
    assert.equal(await target.exists(manifest.descriptor), true, 'the manifest went with its last tag');
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
    // Not every target can look: then it moves the tag, and says so.
    const moved = await swapper.swapTag(one, repository, 'v1', one);
    assert.equal((await target.resolve(repository, 'v1'))?.digest, (moved ? one : two).digest, `it said ${moved}`);
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
