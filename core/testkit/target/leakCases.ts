import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { NotRun } from '../suite/Case.ts';
import { collect } from '../suite/collect.ts';
import { leakCase } from '../suite/leftovers.ts';
import { endOf } from '../suite/printedBy.ts';
import { eventually } from '../suite/turns.ts';
import { type Bench, type TargetCase, targetCase, tryPush } from './Bench.ts';
import { contentOf, failingContent } from './contents.ts';
import { fetchAll } from './reading.ts';
import { kitOf, largeBlob } from './samples.ts';

/** What is left when all has ended. */
export const leakCases: readonly TargetCase[] = [
  leakCase(useAll),
  targetCase('leaks: no listener is left at the signal, nor at the process', async (bench) => {
    const { target, repository, context } = bench;
    const { layer } = await bench.storeKit('used', 'v1');
    if (!context.isSignalTaken()) throw new NotRun('the maker did not take the `signal` of its context');
    const before = listeners(context.signal);
    for (let turn = 0; turn < turnsOfUse; turn++) {
      await fetchAll(target, layer.descriptor);
      await target.exists(layer.descriptor);
      await target.resolve(repository, 'v1');
      await bench.store(layer);
    }
    const more = () => listeners(context.signal) - before;
    // A connection that is kept may have one; each operation may not. Those of Node's `fetch` go with the request.
    const isSettled = await eventually(async () => {
      if (more() >= turnsOfUse) await collect();
      return more() < turnsOfUse;
    }, 1000);
    assert.ok(isSettled, `${more()} listeners more after each operation was done ${turnsOfUse} times`);
  }),
];

const turnsOfUse = 12;

function listeners(signal: AbortSignal): number {
  const ofProcess = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return ofProcess + getEventListeners(signal, 'abort').length;
}

/** What is done to a target in its life, with and without success; gives the errors. */
export async function useAll({ target, repository, storeKit, store, settle }: Bench): Promise<readonly unknown[]> {
  const { layer, manifest } = await storeKit('used', 'v1');
  const blob = largeBlob(1024 * 1024);
  const errors = [
    await tryPush(target, blob, failingContent(blob.bytes, 500_000)),
    await tryPush(target, blob, contentOf(Buffer.alloc(1024 * 1024))),
  ];
  await store(blob);
  await target.tag(manifest.descriptor, repository, 'v2');
  await settle();
  await target.resolve(repository, 'v1');
  await fetchAll(target, layer.descriptor);
  for await (const _ of target.fetch(blob.descriptor)) break;
  errors.push(await endOf(() => fetchAll(target, kitOf('nowhere').layer.descriptor)));
  errors.push(await endOf(() => target.tag(kitOf('nowhere').manifest.descriptor, repository, 'v3')));
  return errors;
}
