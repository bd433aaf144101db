import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { createPluginCalls } from './createPluginCalls.ts';
import { guardMethods } from './guardMethods.ts';

const atOnce = async () => undefined;
const never = () => new Promise<never>(() => undefined);

function create() {
  const controller = new AbortController();
  const calls = createPluginCalls(controller.signal, atOnce);
  const guard = <T extends object>(given: T) => guardMethods(given, { plugin: 'dav', label: 'target dav', calls });
  const cancel = () => controller.abort(new KitwrightError('cancelled', 'Cancelled by SIGINT.'));
  return { calls, guard, cancel };
}

test('a call that never ends is named while it is under way, and left alone once the run is cancelled', async () => {
  const { calls, guard, cancel } = create();
  const hanging = guard({ push: never }).push();
  calls.note('dav', 'waits for the tape');
  assert.deepEqual(calls.underWay(), ['dav: target dav.push (waits for the tape)']);
  cancel();
  await assert.rejects(hanging, (error: KitwrightError) => {
    assert.equal(error.code, 'cancelled');
    assert.match(error.hint ?? '', /plugin dav does not end .*target dav\.push/);
    return true;
  });
  assert.deepEqual(calls.underWay(), []);
});

test('a stream that stops sending is left alone too', async () => {
  const { guard, cancel } = create();
  const { fetch } = guard({
    async *fetch() {
      yield 1;
      yield await never();
    },
  });
  const seen: unknown[] = [];
  await assert.rejects(
    async () => {
      for await (const value of fetch()) {
        seen.push(value);
        cancel();
      }
    },
    { code: 'cancelled' },
  );
  assert.deepEqual(seen, [1]);
});

test('who stops reading a stream ends it in the plugin', async () => {
  const { guard } = create();
  let ended = false;
  const { fetch } = guard({
    async *fetch() {
      try {
        yield 1;
        yield 2;
      } finally {
        ended = true;
      }
    },
  });
  for await (const _ of fetch()) break;
  assert.ok(ended);
});

test('errors of a plugin carry its name; ours and a full disk stay what they are', async () => {
  const { guard } = create();
  const ours = new KitwrightError('kit-not-found', 'no');
  const given = guard({
    check: () => {
      throw new TypeError('x is undefined');
    },
    push: () => Promise.reject(ours),
    open: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOSPC', path: '/x' })),
    cut: () =>
      Promise.reject(
        new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) }),
      ),
  });
  assert.throws(() => given.check(), {
    code: 'plugin-failed',
    message: 'The plugin dav failed in target dav.check: x is undefined',
  });
  await assert.rejects(given.push(), ours);
  await assert.rejects(given.open(), { code: 'ENOSPC' });
  await assert.rejects(given.cut(), {
    name: 'Error',
    message: /connection of the plugin dav failed in target dav.cut: reset/,
  });
});

test('what Node throws for an aborted signal is the reason of the abort, and of a plugin alone its failure', async () => {
  const { calls, guard, cancel } = create();
  const aborted = () => Promise.reject(new DOMException('This operation was aborted', 'AbortError'));
  const target = guard({ push: aborted });
  await assert.rejects(target.push(), { code: 'plugin-failed' });
  cancel();
  await assert.rejects(target.push(), { code: 'cancelled', message: 'Cancelled by SIGINT.' });
  await assert.rejects(calls.run('dav', 'beforePush', aborted()), { code: 'cancelled' });
});

test('what a class inherits is guarded as well, and sees its fields', async () => {
  class Base {
    readonly #secret = 7;
    count = 0;
    async exists() {
      this.count++;
      return this.#secret;
    }
  }
  class Target extends Base {
    get name() {
      return `asked ${this.count} times`;
    }
  }
  const target = create().guard(new Target());
  assert.ok('exists' in target);
  assert.equal(await target.exists(), 7);
  assert.equal(target.name, 'asked 1 times');
  assert.equal({ ...target }.count, 1);
});

test('the target that a provider opens is guarded', () => {
  const { calls, guard } = create();
  const { target, references } = guard({ open: () => ({ target: { exists: never }, references: ['v1'] }) }).open();
  void target.exists();
  assert.deepEqual([references, calls.underWay()], [['v1'], ['dav: target dav.exists']]);
});
