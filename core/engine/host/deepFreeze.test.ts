import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deepFreeze } from './deepFreeze.ts';
import { createHooks, type Hook } from './hooks.ts';

test('data is frozen to its ends, also below what was frozen before', () => {
  const value = deepFreeze({ a: Object.freeze([{ b: { c: 1 } }]), bytes: Buffer.from('x') });
  assert.throws(() => {
    (value.a[0] as { b: { c: number } }).b.c = 2;
  }, TypeError);
  value.bytes[0] = 0;
});

test('what is no data is left alone: instances, objects with methods, rings end', () => {
  const ring: Record<string, unknown> = { target: { count: 0, push: () => undefined }, signal: new AbortController() };
  ring['self'] = ring;
  deepFreeze(ring);
  (ring['target'] as { count: number }).count++;
});

interface Sample {
  readonly manifest: Hook<'AsyncSeriesWaterfall', [draft: { readonly annotations: Record<string, string> }], object>;
}

test('a tap that changes what it receives is named', async () => {
  const hooks = createHooks<Sample>({ manifest: { kind: 'AsyncSeriesWaterfall', args: ['draft'] } });
  hooks.facade('rude').manifest.tap(async (draft) => {
    draft.annotations['x'] = '1';
    return draft;
  });
  await assert.rejects(hooks.calls.manifest({ annotations: {} }), {
    code: 'plugin-failed',
    message: /The plugin rude failed in manifest: Cannot add property x/,
  });
});

test('a list of more items than a function takes arguments is frozen', () => {
  const items = Array.from({ length: 300_000 }, () => ({ a: 1 }));
  assert.ok(Object.isFrozen(deepFreeze(items).at(-1)));
});
