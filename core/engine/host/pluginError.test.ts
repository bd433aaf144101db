import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standardWait } from '../store/retrying.ts';
import { createPluginCalls } from './createPluginCalls.ts';
import { guardMethods } from './guardMethods.ts';
import { hookError } from './pluginError.ts';

const calls = createPluginCalls(new AbortController().signal, standardWait);

test('who changes what a hook got learns that it is frozen', () => {
  const given = Object.freeze({ name: 'a' });
  const changes = [() => Object.assign(given, { name: 'b' }), () => Object.assign(given, { more: 'b' })];
  for (const change of changes)
    assert.throws(change, (error) => {
      assert.match(hookError('mine', 'kitfile', error).hint ?? '', /frozen: return a changed copy/);
      return true;
    });
  assert.doesNotMatch(hookError('mine', 'kitfile', new TypeError('x is not a function')).hint ?? '', /frozen/);
});

test('a request that fetch refuses is the failure of who asked for it, with the cause', async () => {
  const network = guardMethods({ fetch }, { plugin: 'registry', label: 'network default', calls });
  const target = guardMethods(
    { exists: async () => (await network.fetch('http://127.0.0.1:1/')).ok },
    { plugin: 'mine', label: 'target kv', calls },
  );
  await assert.rejects(target.exists(), {
    code: 'plugin-failed',
    message: 'The plugin mine failed in target kv.exists: fetch failed: bad port',
  });
});
