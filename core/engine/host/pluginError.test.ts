import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { standardWait } from '../store/retrying.ts';
import { createKitwright } from './createKitwright.ts';
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

test('a plugin says of nothing that it is a defect of Kitwright', async () => {
  const defect = new KitwrightError('internal-error', 'It broke.');
  const expected = { code: 'plugin-failed', message: /^The plugin mine failed in .*: It broke\.$/ };
  const target = guardMethods(
    {
      exists: async () => {
        throw defect;
      },
    },
    { plugin: 'mine', label: 'target kv', calls },
  );
  await assert.rejects(target.exists(), expected);
  assert.throws(() => {
    throw hookError('mine', 'plan', defect);
  }, expected);
  const apply = () => {
    throw defect;
  };
  assert.throws(() => createKitwright({ plugins: [{ name: 'mine', apiVersion: 1, apply }] }), expected);
});

test('an error of the file system in a plugin is no failure of our store', async () => {
  const target = guardMethods(
    { exists: () => readFile('/none/at/all') },
    { plugin: 'mine', label: 'target kv', calls },
  );
  await assert.rejects(target.exists(), {
    code: 'plugin-failed',
    message: /^The plugin mine failed in target kv\.exists: ENOENT: .*'\/none\/at\/all'$/,
    hint: /the path/,
  });
});

test('a request that its plugin gave up is the failure of that plugin', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const network = guardMethods({ fetch }, { plugin: 'registry', label: 'network default', calls });
  const exists = async () => (await network.fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.abort() })).ok;
  const late = async () => (await network.fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1) })).ok;
  const target = guardMethods({ exists, late }, { plugin: 'mine', label: 'target kv', calls });
  try {
    for (const asked of [target.exists(), target.late()])
      await assert.rejects(asked, { code: 'plugin-failed', message: /^The plugin mine failed in target kv\./ });
  } finally {
    server.close().closeAllConnections();
  }
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
