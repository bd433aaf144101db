import assert from 'node:assert/strict';
import { KitwrightError } from '@kitwright/core/plugin';
import { type Bench, requireMeans } from '../suite/Bench.ts';
import { benchCase, type Case, NotRun } from '../suite/Case.ts';
import { endsAfterSignal } from '../suite/heeding.ts';
import { assertSentence, hostileTexts } from '../suite/hostile.ts';
import { leakCase } from '../suite/leftovers.ts';
import { endOf, secretCase } from '../suite/printedBy.ts';
import { assertCode, rejectionOf } from '../suite/rejection.ts';
import { within } from '../suite/within.ts';
import type { MadeRemoteData } from './MadeRemoteData.ts';

type DataBench = Bench<MadeRemoteData>;
type DataCase = Case<DataBench>;

const dataCase: (name: string, run: (bench: DataBench) => Promise<void>) => DataCase = benchCase;

const { signal } = new AbortController();

/** What is there, and what comes of it. */
export const remoteDataCases: readonly DataCase[] = [
  dataCase('check: what is there, and is what the Kitfile says', async ({ made: { data, url, hash } }) => {
    await data.check(url, hash, signal);
    await data.check(url, hash, signal);
  }),
  dataCase('check: what is not there is an error with a code', async ({ made: { data, hash, missing } }) => {
    await assertRefused(() => data.check(requireMeans(missing, 'missing'), hash, signal), 'what is not there');
  }),
  dataCase('check: something else is descriptor-mismatch', async ({ made }) => {
    const { data, url, otherHash, checksPresence = false } = made;
    if (checksPresence) throw new NotRun('it can only see whether something is there');
    await assertCode(
      () => data.check(url, requireMeans(otherHash, 'otherHash'), signal),
      'descriptor-mismatch',
      'another hash',
    );
  }),
  dataCase('fetch: gives all bytes, and the same again', async ({ made }) => {
    for (let i = 0; i < 2; i++) await assertFetched(made);
  }),
  dataCase('fetch: a block keeps its bytes when the next one comes', async ({ made: { data, url, hash, bytes } }) => {
    const blocks = await Array.fromAsync(data.fetch(url, hash, signal));
    assert.ok(Buffer.concat(blocks).equals(bytes), 'the memory of a block was used again');
  }),
  dataCase('fetch: two at once do not mix', async ({ made }) => {
    await Promise.all([assertFetched(made), assertFetched(made), made.data.check(made.url, made.hash, signal)]);
  }),
  dataCase('fetch: may be left', async ({ made }) => {
    for await (const _ of made.data.fetch(made.url, made.hash, signal)) break;
    await assertFetched(made);
  }),
  dataCase('fetch: something else is descriptor-mismatch, at the latest at its end', async ({ made }) => {
    const { data, url, otherHash } = made;
    const other = requireMeans(otherHash, 'otherHash');
    await assertCode(() => all(data.fetch(url, other, signal)), 'descriptor-mismatch', 'another hash');
  }),
  dataCase('fetch: what is not there is an error with a code', async ({ made: { data, hash, missing } }) => {
    await assertRefused(() => all(data.fetch(requireMeans(missing, 'missing'), hash, signal)), 'what is not there');
  }),
  dataCase('hash: one that is none is an error with a code', async ({ made: { data, url } }) => {
    for (const hash of hostileTexts.filter((text) => text.length < 1000)) {
      await assertRefused(() => data.check(url, hash, signal), `check of ${JSON.stringify(hash)}`);
      await assertRefused(() => all(data.fetch(url, hash, signal)), `fetch of ${JSON.stringify(hash)}`);
    }
  }),
  dataCase('url: one that is none is an error with a code', async ({ made: { data, hash, notUrls = [] } }) => {
    for (const url of notUrls) {
      await assertRefused(() => data.check(url, hash, signal), `check of ${url}`);
      await assertRefused(() => all(data.fetch(url, hash, signal)), `fetch of ${url}`);
    }
  }),
  dataCase('abort: nothing is asked for after the signal', async ({ made: { data, url, hash } }) => {
    const reason = new Error('stopped by the user');
    const aborted = AbortSignal.abort(reason);
    for (const work of [
      async () => data.check(url, hash, aborted),
      async () => void (await all(data.fetch(url, hash, aborted))),
    ])
      assert.ok(await endsAfterSignal(Promise.resolve().then(work), reason, 'after the signal'), 'it goes on');
  }),
  dataCase('abort: a download ends with the signal', async ({ made: { data, url, hash } }) => {
    const [reason, stop] = [new Error('stopped by the user'), new AbortController()];
    const reading = async () => {
      for await (const _ of data.fetch(url, hash, stop.signal)) stop.abort(reason);
    };
    await endsAfterSignal(reading(), reason, 'fetch');
  }),
  faultCase('faults: a download that is cut goes on where it was', async ({ made, context }) => {
    for (const { faults } of context.proxies)
      faults.push({ method: /GET/, times: 2, action: { kind: 'cut', bytes: 10_000 } });
    await assertFetched(made);
  }),
  faultCase('faults: a 401 is final, and has a code', async ({ made: { data, url, hash }, context }) => {
    for (const { faults } of context.proxies) faults.push({ action: { kind: 'status', status: 401 } });
    await assertRefused(() => data.check(url, hash, signal), 'check');
    await assertRefused(() => all(data.fetch(url, hash, signal)), 'fetch');
  }),
  faultCase(
    'faults: the signal ends the waiting for a server that is silent',
    async ({ made: { data, url, hash }, context }) => {
      for (const { faults } of context.proxies) faults.push({ action: { kind: 'silence' } });
      for (const work of [
        (stop: AbortSignal) => data.check(url, hash, stop),
        (stop: AbortSignal) => all(data.fetch(url, hash, stop)),
      ]) {
        const [reason, stop] = [new Error('stopped by the user'), new AbortController()];
        const waiting = work(stop.signal);
        setImmediate(() => stop.abort(reason));
        assert.ok(await endsAfterSignal(waiting, reason, 'a silent server'), 'it succeeded');
      }
    },
  ),
  secretCase(useAll),
  leakCase(useAll),
];

/** What is done with it, with and without success; gives all results and errors. */
async function useAll({
  made: { data, url, hash, otherHash = '', missing = url },
  context,
}: DataBench): Promise<readonly unknown[]> {
  const ends: unknown[] = [await endOf(() => data.check(url, hash, signal))];
  await endOf(() => all(data.fetch(url, hash, signal)));
  for await (const _ of data.fetch(url, hash, signal)) break;
  for (const [address, sum] of [
    [missing, hash],
    [url, otherHash],
  ] as const)
    ends.push(
      await endOf(() => data.check(address, sum, signal)),
      await endOf(() => all(data.fetch(address, sum, signal)).then(() => '')),
    );
  for (const { faults } of context.proxies) faults.push({ action: { kind: 'status', status: 401 } });
  ends.push(await endOf(() => data.check(url, hash, signal)));
  for (const { faults } of context.proxies) faults.length = 0;
  return ends;
}

async function all(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const block of stream) parts.push(Buffer.from(block));
  return Buffer.concat(parts);
}

async function assertFetched({ data, url, hash, bytes }: MadeRemoteData): Promise<void> {
  const found = await all(data.fetch(url, hash, signal));
  assert.equal(found.byteLength, bytes.byteLength);
  assert.ok(found.equals(bytes), 'it gives other bytes');
}

async function assertRefused(work: () => unknown, what: string): Promise<void> {
  const error = await within(20_000, () => rejectionOf(work, what));
  assert.ok(error instanceof KitwrightError, `${what}: it fails with no error of Kitwright: ${error.message}`);
  assertSentence(error, what);
}

function faultCase(name: string, run: (bench: DataBench) => Promise<void>): DataCase {
  return dataCase(name, async (bench) => {
    if (bench.context.proxies.length === 0) throw new NotRun('the maker does not reach its host by `context.through`');
    await run(bench);
  });
}
