import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definePlugin, type Kitwright } from '@kitwright/core/internal';
import { createEngines } from './createEngines.ts';

const plugin = definePlugin({ name: 'a', apiVersion: 1, apply: () => undefined });

test('each setup has its engine; without a setup a running one is used; all are closed', async () => {
  const started: unknown[] = [];
  let closed = 0;
  const engines = createEngines((setup) => {
    started.push(setup);
    return { close: async () => void closed++ } as Kitwright;
  });
  const limited = engines.get({ plugins: [plugin], limits: { cpu: 0.5 } });
  assert.equal(engines.get({ plugins: [plugin], limits: { cpu: 0.5 } }), limited);
  assert.equal(engines.get(), limited);
  assert.notEqual(engines.get({ plugins: [plugin] }), limited, 'other limits');
  assert.notEqual(engines.get({ limits: { cpu: 0.5 } }), limited, 'other plugins');
  assert.equal(started.length, 3);
  await engines.close();
  assert.equal(closed, 3);
});

test('an engine that was started without a setup is not used for a setup with limits', () => {
  const engines = createEngines(() => ({}) as Kitwright);
  const plain = engines.get();
  assert.notEqual(engines.get({ limits: { cpu: 1 } }), plain);
  assert.equal(engines.get({ plugins: [] }), plain);
});
