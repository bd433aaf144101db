import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createKitwright } from '@kitwright/core';
import { definePlugin, type Executor } from '@kitwright/core/plugin';
import type { Bench } from '../suite/Bench.ts';
import { benchCase, type Case, NotRun } from '../suite/Case.ts';
import { textsOf } from '../suite/files.ts';
import { endsAfterSignal } from '../suite/heeding.ts';
import { leakCase } from '../suite/leftovers.ts';
import { packSmallKit, rawLayers, smallKit, unpackSmallKit } from '../suite/packSmallKit.ts';
import { isFrom } from '../suite/rejection.ts';
import { eventually, turns } from '../suite/turns.ts';
import { within } from '../suite/within.ts';
import { type Begun, fakePool, jobNamed, resultOf } from './fakePool.ts';
import type { MadeExecutor } from './MadeExecutor.ts';

type ExecutorCase = Case<Bench<MadeExecutor>>;

const executorCase = (name: string, run: (made: MadeExecutor) => Promise<void>): ExecutorCase =>
  benchCase(name, ({ made }) => run(made));

/** What takes longer (ms) waits for something that does not come. */
const patience = 3000;

const methods = [
  'start',
  'hash',
  'probe',
  'extract',
  'extractStream',
  'compress',
  'decompress',
  'follow',
  'close',
] as const;

/** Where layers are hashed, and what comes of it. */
export const executorCases: readonly ExecutorCase[] = [
  executorCase('open: gives a pool with all that a pool can do', async ({ executor }) => {
    const pool = executor.open({}, fakePool().pool);
    for (const method of methods) assert.equal(typeof pool[method], 'function', `there is no ${method}`);
    assert.ok(Number.isSafeInteger(pool.threads) && pool.threads >= 1, `it has ${pool.threads} threads`);
    await pool.close();
  }),
  executorCase('open: any number of threads, and limits', async ({ executor }) => {
    for (const options of [{}, { threads: 1 }, { threads: 64 }, { threads: 2, limits: {} }])
      await executor.open(Object.freeze(options), fakePool().pool).close();
  }),
  executorCase('hash: each job gets its own result, in whatever order they end', async ({ executor }) => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const { pool, begun } = fakePool();
    const opened = executor.open({}, pool);
    const results = names.map((name) => opened.hash(jobNamed(name)));
    await endAll(begun, names.length);
    assert.deepEqual(
      (await within(patience, () => Promise.all(results))).map(({ digest }) => digest),
      names,
    );
    await opened.close();
  }),
  executorCase('hash: an error comes back as it is, and the others go on', async ({ executor }) => {
    const error = new Error('The disk is gone.');
    const { pool, begun } = fakePool(({ job, end, fail }) =>
      job.midstates === 'b' ? fail(error) : end(resultOf(String(job.midstates))),
    );
    const opened = executor.open({}, pool);
    const ended = await within(patience, () =>
      Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => opened.hash(jobNamed(name)))),
    );
    requireUse(begun);
    assert.deepEqual(
      ended.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
    assert.ok(isFrom((ended[1] as PromiseRejectedResult).reason, error), 'it is another error');
    await opened.close();
  }),
  executorCase('hash: hundreds of jobs end', async ({ executor }) => {
    const { pool } = fakePool(({ job, end }) => setImmediate(() => end(resultOf(String(job.midstates)))));
    const opened = executor.open({ threads: 1 }, pool);
    const names = Array.from({ length: 500 }, (_, at) => `job ${at}`);
    const results = await within(patience, () => Promise.all(names.map((name) => opened.hash(jobNamed(name)))));
    assert.deepEqual(
      results.map(({ digest }) => digest),
      names,
    );
    await opened.close();
  }),
  executorCase('hash: one that fails at once, in the call, is a promise that fails', async ({ executor }) => {
    const error = new TypeError('no job');
    const { pool } = fakePool(() => {
      throw error;
    });
    const opened = executor.open({}, pool);
    const results = [1, 2, 3].map(() => opened.hash(jobNamed('a')).catch((reason: unknown) => reason));
    for (const reason of await within(patience, () => Promise.all(results)))
      assert.ok(isFrom(reason, error), `it failed with ${String(reason)}`);
    await opened.close();
  }),
  executorCase('close: ends what it was given, also without work, and twice', async ({ executor }) => {
    const { pool, closed } = fakePool();
    const opened = executor.open({}, pool);
    await within(patience, () => opened.close());
    assert.ok(closed() >= 1, 'the pool of this process was not closed');
    await within(patience, () => opened.close());
  }),
  executorCase('two: pools at once do not wait for each other', async ({ executor }) => {
    const [stuck, free] = [fakePool(), fakePool(({ end }) => end(resultOf('free')))];
    const [one, two] = [executor.open({}, stuck.pool), executor.open({}, free.pool)];
    const waiting = one.hash(jobNamed('stuck'));
    assert.equal((await within(patience, () => two.hash(jobNamed('free')))).digest, 'free');
    await endAll(stuck.begun, 1);
    await waiting;
    await Promise.all([one.close(), two.close()]);
  }),
  benchCase('kit: is the same as without it, and is unpacked', async ({ made: { executor }, context: { folder } }) => {
    const [here, there] = [join(folder, 'here'), join(folder, 'there')];
    for (const each of [here, there]) mkdirSync(each);
    const [plain, special] = [await packed(undefined, here), await packed(executor, there)];
    assert.equal(special.digest, plain.digest);
    assert.deepEqual(special.files, textsOf(smallKit.files));
  }),
  benchCase(
    'kit: a pack that is cancelled ends, and so does the pool',
    async ({ made: { executor }, context: { folder } }) => {
      const [reason, stop] = [new Error('stopped by the user'), new AbortController()];
      const kitwright = createKitwright({
        plugins: [rawLayers, pluginOf(executor)],
        threads: 1,
        executor: executor.id,
      });
      const packing = packSmallKit(kitwright, folder, smallKit, { signal: stop.signal });
      setImmediate(() => stop.abort(reason));
      await endsAfterSignal(packing, reason, 'pack');
      await within(patience, () => kitwright.close());
    },
  ),
  leakCase(async ({ made: { executor } }) => {
    const { pool } = fakePool(({ end }) => end(resultOf('a')));
    const opened = executor.open({}, pool);
    await opened.hash(jobNamed('a'));
    await opened.close();
  }),
];

/** Ends jobs as they come, those that came last first, until so many have ended. */
async function endAll(begun: readonly Begun[], count: number): Promise<void> {
  const ended = new Set<Begun>();
  while (ended.size < count) {
    await turns(10);
    if (!(await eventually(() => begun.length > ended.size, 1000))) break;
    const next = begun.findLast((each) => !ended.has(each));
    if (!next) break;
    ended.add(next);
    next.end(resultOf(String(next.job.midstates)));
  }
  requireUse(begun);
}

/** An executor that hashes by itself is tested with kits. */
function requireUse(begun: readonly Begun[]): void {
  if (begun.length === 0) throw new NotRun('it hashes without the pool of this process');
}

async function packed(executor: Executor | undefined, folder: string) {
  const plugins = [rawLayers, ...(executor ? [pluginOf(executor)] : [])];
  const kitwright = createKitwright({ plugins, threads: 1, ...(executor ? { executor: executor.id } : {}) });
  try {
    const { root } = await packSmallKit(kitwright, folder, smallKit);
    return { digest: root.digest, files: textsOf(await unpackSmallKit(kitwright, folder)) };
  } finally {
    await kitwright.close();
  }
}

function pluginOf(executor: Executor) {
  return definePlugin({ name: 'executor', apiVersion: 1, apply: ({ register }) => register('executor', executor) });
}
