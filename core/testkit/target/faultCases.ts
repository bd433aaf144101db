import assert from 'node:assert/strict';
import {
  canDelete,
  canListTags,
  canRead,
  connectionError,
  type Descriptor,
  KitwrightError,
  networkFailure,
  retrying,
  type Target,
  TransientError,
} from '@kitwright/core/plugin';
import type { ProxyAction, ProxyFault } from '../context/startFaultProxy.ts';
import { NotRun } from '../suite/Case.ts';
import { isFrom, rejectionOf } from '../suite/rejection.ts';
import { turns } from '../suite/turns.ts';
import { within } from '../suite/within.ts';
import { type Bench, type TargetCase, targetCase } from './Bench.ts';
import { contentOf, lentContentOf } from './contents.ts';
import { fetchAll, listAll, readRange } from './reading.ts';
import { type Blob, kitOf, largeBlob } from './samples.ts';

/** More requests than that for one operation, in all its tries, are no retries but an attack. */
const mostRequests = 60;

/**
 * What a server does that is not well. As in the engine, an operation is tried again after a `TransientError`, up to six
 * times; what a target tries again by itself is its own affair.
 */
export const faultCases: readonly TargetCase[] = [
  faultCase('faults: what a 503 hits succeeds when it is tried again', (bench) =>
    eachOperation(bench, { kind: 'status', status: 503 }),
  ),
  faultCase('faults: what a reset connection hits succeeds when it is tried again', (bench) =>
    eachOperation(bench, { kind: 'reset' }),
  ),
  faultCase('faults: waits as long as a 429 asks', async (bench) => {
    const { target, repository, context, storeKit } = bench;
    const { manifest } = await storeKit('busy', 'v1');
    const waits = await underFaults(
      bench,
      [busy],
      () => target.resolve(repository, 'v1'),
      (found) => assert.equal(found?.digest, manifest.descriptor.digest),
    );
    const gap = longestGap(bench);
    assert.ok(Math.max(0, ...waits, ...context.waits, gap) >= 990, 'it was asked again before its time');
  }),
  faultCase('faults: a server that fails for good is asked a few times, and no more', async (bench) => {
    const { layer } = kitOf('refused');
    const before = requestsOf(bench);
    const faults = [{ action: { kind: 'status', status: 503 } }] as const;
    const push = () => bench.target.push(layer.descriptor, contentOf(layer.bytes));
    await rejectionOf(() => underFaults(bench, faults, push), 'push to a server that answers 503 for good');
    assert.ok(requestsOf(bench) - before <= mostRequests, `it got ${requestsOf(bench) - before} requests`);
  }),
  faultCase('faults: a 401 is final, and says unauthorized', async (bench) => {
    const { layer } = kitOf('refused');
    const before = requestsOf(bench);
    const faults = [{ action: { kind: 'status', status: 401 } }] as const;
    const push = () => bench.target.push(layer.descriptor, contentOf(layer.bytes));
    const error = await rejectionOf(() => underFaults(bench, faults, push), 'push to a server that answers 401');
    assert.ok(error instanceof KitwrightError && error.code === 'unauthorized', `it failed with: ${error.message}`);
    assert.ok(requestsOf(bench) - before <= 6, `it got ${requestsOf(bench) - before} requests`);
  }),
  faultCase('faults: no refusal is taken for an answer', async (bench) => {
    const { target, repository, storeKit } = bench;
    const { layer, manifest } = await storeKit('refused', 'v1');
    for (const status of [401, 403, 503]) {
      const faults = [{ action: { kind: 'status', status } }] as const;
      const refused = async (what: string, work: () => Promise<unknown>) => {
        const error = await rejectionOf(() => underFaults(bench, faults, work), `${what} where ${status} is answered`);
        assert.notEqual(
          'code' in error && error.code,
          'kit-not-found',
          `${what} took ${status} for a kit that is missing`,
        );
      };
      await refused('exists', () => target.exists(layer.descriptor));
      await refused('resolve', () => target.resolve(repository, 'v2'));
      await refused('fetch', () => fetchAll(target, layer.descriptor));
      if (status < 500) await refused('tag', () => target.tag(manifest.descriptor, repository, 'v2'));
      if (canListTags(target)) await refused('tags', () => listAll(target.tags()));
    }
    assert.equal(await target.resolve(repository, 'v2'), undefined);
  }),
  faultCase('faults: a reading that is cut is no whole one', async (bench) => {
    const blob = largeBlob(size);
    await bench.store(blob);
    const { target } = bench;
    if (!canRead(target)) throw new NotRun('the target has no `read`');
    for (const { faults } of bench.context.proxies)
      faults.push({ method: /GET/, times: 1, action: { kind: 'cut', bytes: 100_000 } });
    // It fails, or goes on by itself.
    const bytes = await readRange(target, blob.descriptor, { start: 0, end: size }).catch(() => blob.bytes);
    assert.equal(bytes.byteLength, size, 'it ended before its end, and said nothing');
  }),
  faultCase('faults: an answer that is lost does no harm', async (bench) => {
    const { target, repository } = bench;
    const { config, layer, manifest } = kitOf('lost');
    const once = [{ method: /PUT|POST|PATCH/, times: 1, action: { kind: 'lost' } }] as const;
    for (const blob of [config, layer, manifest])
      await underFaults(bench, once, () => target.push(blob.descriptor, contentOf(blob.bytes)));
    await underFaults(bench, once, () => target.tag(manifest.descriptor, repository, 'v1'));
    assert.equal((await target.resolve(repository, 'v1'))?.digest, manifest.descriptor.digest);
    assert.ok((await download(target, layer.descriptor)).equals(layer.bytes));
  }),
  faultCase('faults: a download that is cut goes on where it was', async (bench) => {
    const blob = largeBlob(size);
    await bench.store(blob);
    const faults = [{ method: /GET/, times: 2, action: { kind: 'cut', bytes: 100_000 } }] as const;
    for (const { faults: own } of bench.context.proxies) own.push(...faults);
    assert.ok((await download(bench.target, blob.descriptor)).equals(blob.bytes), 'bytes are missing, or there twice');
  }),
  faultCase('faults: an upload that is cut succeeds when it is tried again', async (bench) => {
    const { target } = bench;
    const blob = largeBlob(size);
    const faults = [{ method: /PUT|POST|PATCH/, times: 3, action: { kind: 'cut-upload', bytes: 100_000 } }] as const;
    await underFaults(bench, faults, () => target.push(blob.descriptor, lentContentOf(blob.bytes)));
    assert.ok((await download(target, blob.descriptor)).equals(blob.bytes), 'the rest was put at the wrong place');
  }),
  faultCase('faults: the signal ends the waiting for a server that is silent', async (bench) => {
    const { target, repository, context } = bench;
    const reason = new Error('stopped by the user');
    for (const { faults } of context.proxies) faults.push({ action: { kind: 'silence' } });
    const resolved = rejectionOf(() => target.resolve(repository, 'v1'), 'resolve after the signal');
    await turns(20);
    context.abort(reason);
    const error = await within(5000, () => resolved);
    assert.ok(isFrom(error, reason) || ('code' in error && error.code === 'cancelled'), error.message);
  }),
];

const size = 600_000;

const busy: ProxyFault = { times: 1, action: { kind: 'status', status: 429, headers: { 'retry-after': '1' } } };

function faultCase(name: string, run: (bench: Bench) => Promise<void>): TargetCase {
  return targetCase(name, async (bench) => {
    if (!bench.context.proxies.length) throw new NotRun('the maker does not open its target by `context.through`');
    await run(bench);
  });
}

/** Everything that a target does, each with one fault at its first request. */
async function eachOperation(bench: Bench, action: ProxyAction): Promise<void> {
  const { target, repository } = bench;
  const { config, layer, manifest } = kitOf('in spite of all');
  const once = [{ times: 1, action }];
  const push =
    ({ descriptor, bytes }: Blob) =>
    () =>
      target.push(descriptor, contentOf(bytes));
  for (const blob of [config, layer, manifest]) await underFaults(bench, once, push(blob));
  await underFaults(bench, once, () => target.tag(manifest.descriptor, repository, 'v1'));
  const isThere = (found: boolean) => assert.equal(found, true, 'exists must fail, or tell the truth');
  await underFaults(bench, once, () => target.exists(layer.descriptor), isThere);
  await underFaults(
    bench,
    once,
    () => target.resolve(repository, 'v1'),
    (found) => assert.equal(found?.digest, manifest.descriptor.digest, 'resolve must fail, or tell the truth'),
  );
  for (const { faults } of bench.context.proxies) faults.push({ times: 1, action });
  assert.ok((await download(target, layer.descriptor)).equals(layer.bytes));
  await eachPower(bench, once);
}

/** What lists and removes must not take a failure for an empty list. */
async function eachPower(bench: Bench, once: readonly ProxyFault[]): Promise<void> {
  const { target } = bench;
  if (canListTags(target))
    await underFaults(
      bench,
      once,
      () => listAll(target.tags()),
      (tags) => assert.deepEqual(tags, ['v1'], 'tags must fail, or tell the truth'),
    );
  if (!canDelete(target)) return;
  await underFaults(bench, once, () => target.untag('v1'));
  assert.equal(await target.resolve(bench.repository, 'v1'), undefined, 'untag must fail, or do its work');
}

/** Tries as the engine does; gives the waits (ms) before each further try. */
async function underFaults<T>(
  { context }: Bench,
  faults: readonly ProxyFault[],
  work: () => Promise<T>,
  check: (result: T) => void = () => undefined,
): Promise<readonly number[]> {
  // Each is counted by itself.
  for (const proxy of context.proxies) proxy.faults.push(...faults.map((fault) => ({ ...fault })));
  const waits: number[] = [];
  try {
    check(await retrying(() => asEngine(work), { signal, wait: async (ms) => void waits.push(ms) }));
  } finally {
    for (const proxy of context.proxies) proxy.faults.length = 0;
  }
  return waits;
}

const { signal } = new AbortController();

/** To the engine a connection that was cut is a failure that may pass. */
async function asEngine<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const cut = networkFailure(error);
    throw cut && !(error instanceof KitwrightError) ? connectionError(cut.message, cut) : error;
  }
}

/** As the engine does: a stream that ends before its end goes on after its last byte. */
async function download(target: Target, descriptor: Descriptor): Promise<Buffer> {
  const parts: Buffer[] = [];
  let at = 0;
  const rest = async () => {
    for await (const bytes of target.fetch(descriptor, { start: at, end: descriptor.size })) {
      at += bytes.byteLength;
      parts.push(Buffer.from(bytes));
    }
    if (at < descriptor.size) throw new TransientError('it ended early');
  };
  await retrying(() => asEngine(rest), { signal, wait: async () => undefined, progress: () => at });
  return Buffer.concat(parts);
}

function requestsOf({ context }: Bench): number {
  return context.proxies.reduce((sum, { requests }) => sum + requests.length, 0);
}

/** Between two requests, in ms. */
function longestGap({ context }: Bench): number {
  const times = context.proxies.flatMap(({ requests }) => requests.map(({ at }) => at)).sort((a, b) => a - b);
  return Math.max(0, ...times.slice(1).map((at, before) => at - (times[before] as number)));
}
