import assert from 'node:assert/strict';
import { requireOpen, type TargetCase, targetCase } from './Bench.ts';
import { fetchAll } from './reading.ts';

/** What another process sees. */
export const reopenCases: readonly TargetCase[] = [
  targetCase('reopened: the kit is there, with its name', async ({ repository, storeKit, reopen }) => {
    const { layer, manifest } = await storeKit('kept', 'v1');
    const other = await reopen();
    assert.equal((await other.resolve(repository, 'v1'))?.digest, manifest.descriptor.digest);
    assert.equal((await fetchAll(other, layer.descriptor)).toString(), 'kept');
  }),
  targetCase('reopened: sees where a tag was moved meanwhile', async ({ target, repository, storeKit, reopen }) => {
    requireOpen(target, 'others see what it was when they opened it');
    const [first, second] = [await storeKit('one', 'v1'), await storeKit('two')];
    const other = await reopen();
    assert.equal((await other.resolve(repository, 'v1'))?.digest, first.manifest.descriptor.digest);
    await target.tag(second.manifest.descriptor, repository, 'v1');
    assert.equal((await other.resolve(repository, 'v1'))?.digest, second.manifest.descriptor.digest);
  }),
  targetCase('reopened: tags that two give at once are both kept', async ({ target, repository, storeKit, reopen }) => {
    requireOpen(target, 'the last one that closes it decides');
    const { manifest } = await storeKit('named');
    const other = await reopen();
    const names = Array.from({ length: 6 }, (_, at) => `v${at}`);
    await Promise.all(names.map((tag, at) => (at % 2 ? target : other).tag(manifest.descriptor, repository, tag)));
    const third = await reopen();
    for (const tag of names)
      assert.equal((await third.resolve(repository, tag))?.digest, manifest.descriptor.digest, `${tag} was lost`);
  }),
];
