import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { createHooks, type Hook, type HookSet } from './hooks.ts';

interface Sample {
  readonly change: Hook<'AsyncSeriesWaterfall', [value: string, context: number], string>;
  readonly look: Hook<'AsyncParallel', [value: string]>;
  readonly begin: Hook<'Sync', [value: string]>;
  readonly file: Hook<'SyncBail', [path: string], 'skip'>;
}

const create = (): HookSet<Sample> =>
  createHooks<Sample>({
    change: { kind: 'AsyncSeriesWaterfall', args: ['value', 'context'] },
    look: { kind: 'AsyncParallel', args: ['value'] },
    begin: { kind: 'Sync', args: ['value'] },
    file: { kind: 'SyncBail', args: ['path'] },
  });

test('a waterfall passes its value through the plugins in order', async () => {
  const hooks = create();
  hooks.facade('one').change.tap(async (value) => `${value}1`);
  hooks.facade('two').change.tap(async (value) => `${value}2`, { order: 'pre' });
  assert.equal(await hooks.calls.change('x', 0), 'x21');
});

test('a waterfall that returns nothing names the plugin and the hook', async () => {
  const hooks = create();
  hooks.facade('bad').change.tap((async () => undefined) as unknown as () => Promise<string>);
  await assert.rejects(
    hooks.calls.change('x', 0),
    (error: KitwrightError) => error.data['plugin'] === 'bad' && error.data['hook'] === 'change',
  );
});

test('parallel taps all run, and all failures are reported', async () => {
  const hooks = create();
  let ran = false;
  hooks.facade('a').look.tap(async () => {
    throw new KitwrightError('license-not-allowed', 'no');
  });
  hooks.facade('b').look.tap(async () => {
    ran = true;
    throw new Error('second');
  });
  await assert.rejects(
    hooks.calls.look('x'),
    (error: AggregateError) =>
      error.errors.map(({ code }: KitwrightError) => code).join() === 'license-not-allowed,plugin-failed',
  );
  assert.ok(ran);
});

test('a tap without a result returns nothing', () => {
  const hooks = create();
  const seen: string[] = [];
  hooks.facade('a').begin.tap((value) => {
    seen.push(value);
  });
  hooks.facade('b').begin.tap(function declared(value): void {
    seen.push(value);
  });
  hooks.facade('c').file.tap((path) => {
    seen.push(path);
  });
  hooks.calls.begin('x');
  assert.equal(hooks.calls.file('y'), undefined);
  assert.deepEqual(seen, ['x', 'x', 'y']);
});

test('a promise that nobody awaits is refused by the compiler, and at run time', () => {
  const hooks = create();
  // @ts-expect-error a promise is not nothing
  hooks.facade('a').begin.tap(async () => undefined);
  // @ts-expect-error nor is one that comes from elsewhere
  hooks.facade('b').begin.tap(() => Promise.reject(new Error('unhandled')));
  // @ts-expect-error nor in a hook that ends with the first answer
  hooks.facade('c').file.tap(async () => 'skip');
  assert.throws(() => hooks.calls.begin('x'), { code: 'plugin-failed', message: /^The plugin a failed in begin/ });
  assert.throws(() => hooks.calls.file('x'), { code: 'plugin-failed' });
});

test('an unknown hook lists those that exist', () => {
  const taps = create().facade('a') as unknown as Readonly<Record<string, { tap: () => void }>>;
  assert.throws(() => taps['nope']?.tap(), /there are change, look, begin, file/);
});

test('hooks are sealed', () => {
  const hooks = create();
  const taps = hooks.facade('late');
  hooks.seal();
  assert.throws(() => taps.begin.tap(() => undefined), { code: 'plugin-invalid' });
});

test('a bail hook ends with the first answer', () => {
  const hooks = create();
  hooks.facade('a').file.tap((path) => (path === 'x' ? 'skip' : undefined));
  assert.deepEqual([hooks.calls.file('x'), hooks.calls.file('y')], ['skip', undefined]);
});
