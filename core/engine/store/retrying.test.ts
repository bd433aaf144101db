import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { connectionError, type RetryOptions, retrying, TransientError } from './retrying.ts';
import { maxAttempts } from './retryPolicy.ts';

const { signal } = new AbortController();

/** Fails each time, and notes the waits (ms) and the tries. */
const failing = async (errors: (tries: number) => unknown, options: Partial<RetryOptions> = {}) => {
  const waits: number[] = [];
  const last: boolean[] = [];
  const work = async (isLast: boolean) => {
    last.push(isLast);
    throw errors(last.length);
  };
  const error = await retrying(work, { signal, wait: async (ms) => void waits.push(ms), ...options }).then(
    () => assert.fail('it cannot succeed'),
    (thrown: unknown) => thrown as KitwrightError,
  );
  return { error, waits, last };
};

test('what may pass is tried six times, and the last one knows it', async () => {
  const { error, waits, last } = await failing(() => new TransientError('The host is busy'));
  assert.equal(error.code, 'network-failed');
  assert.equal(error.message, 'The host is busy.');
  assert.equal(waits.length, maxAttempts - 1);
  assert.deepEqual(last, [false, false, false, false, false, true]);
});

test('what will not pass is not tried again', async () => {
  const final = new Error('no');
  const { error, waits } = await failing(() => final);
  assert.equal(error, final);
  assert.deepEqual(waits, []);
});

test('progress starts the count again, and going back is none', async () => {
  let done = 0;
  const { last } = await failing(
    (tries) => {
      done = tries === 4 ? 100 : tries === 5 ? 0 : tries === 6 ? 50 : done;
      return new TransientError('cut');
    },
    { progress: () => done },
  );
  assert.equal(last.length, 3 + maxAttempts);
});

test('a host is waited for as long as it asks, up to five minutes', async () => {
  const { waits } = await failing(() => new TransientError('busy', { retryAfter: 300_000 }));
  assert.deepEqual(waits, [300_000, 300_000, 300_000, 300_000, 300_000]);
  const { error, waits: none } = await failing(() => new TransientError('x answered 429', { retryAfter: 300_001 }));
  assert.deepEqual([error.code, error.message], ['remote-refused', 'x answered 429 and asks to come back in 300 s.']);
  assert.deepEqual(none, []);
});

test('the error that ends it says the most that is known', async () => {
  const ours = new KitwrightError('network-failed', 'GET x failed.', { hint: 'Look at the proxy.' });
  assert.equal((await failing(() => new TransientError('cut', { cause: ours }))).error, ours);
  const giveUp = () => ours;
  assert.equal((await failing(() => new TransientError('cut'), { giveUp })).error, ours);
});

test('who gets a byte further each time is not waited for for ever, who gets a part further is', async () => {
  let done = 0;
  const progress = () => done;
  const byByte = await failing(() => new TransientError(`cut after ${++done} bytes`), { progress });
  assert.equal(byByte.error.code, 'network-failed');
  assert.ok(byByte.last.length < 300);
  done = 0;
  await retrying(
    async () => {
      done += 1024 * 1024;
      if (done < 1000 * 1024 * 1024) throw new TransientError('cut');
    },
    { signal, wait: async () => undefined, progress },
  );
});

test('a stop while it waits is the reason that is thrown, and ends it', async () => {
  const stop = new AbortController();
  const reason = new Error('stopped');
  const wait = async () => {
    stop.abort(reason);
    stop.signal.throwIfAborted();
  };
  const { error, last } = await failing(() => new TransientError('cut'), { signal: stop.signal, wait });
  assert.equal(error, reason);
  assert.equal(last.length, 1);
});

test('a connection that can never be made is no transient error', () => {
  const of = (code: string) => connectionError('x cannot be reached', Object.assign(new Error(code), { code }));
  assert.ok(of('ECONNREFUSED') instanceof TransientError);
  assert.ok(of('CERT_HAS_EXPIRED') instanceof KitwrightError);
});

test('the transient error of another copy of the engine is one too', async () => {
  const copy = (await import(new URL('./retrying.ts?copy', import.meta.url).href)) as typeof import('./retrying.ts');
  assert.notEqual(copy.TransientError, TransientError);
  assert.ok(new copy.TransientError('busy') instanceof TransientError);
  assert.ok(!(new Error('busy') instanceof TransientError));
});
