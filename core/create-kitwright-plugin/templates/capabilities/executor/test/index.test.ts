import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createKitwright, openStore, pack } from '@kitwright/core';
import type { LayerPool } from '@kitwright/core/plugin';
import { testExecutor } from '@kitwright/testkit';
import { defaultPlugins } from 'kitwright/plugins';
import plugin from '../src/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'my-plugin-'));
after(() => rm(folder, { recursive: true, force: true }));

/** Packs three layers; gives the digest of the kit. */
async function packWith(options: { readonly executor?: string }): Promise<string> {
  const store = openStore(await mkdtemp(join(folder, 'store-')));
  const plugins = [...defaultPlugins({ home: store.root }), plugin()];
  const kitwright = createKitwright({ plugins, threads: 1, ...options });
  try {
    return (await pack(kitwright, { directory: folder, store })).root.digest;
  } finally {
    await kitwright.close();
  }
}

test('a kit is the same as without it', async () => {
  const elements = ['a', 'b', 'c'].map((path) => `{path: ${path}}`);
  await writeFile(join(folder, 'Kitfile'), `manifestVersion: 1.0.0\ndocs: [${elements}]\n`);
  for (const name of ['a', 'b', 'c']) await writeFile(join(folder, name), name);
  assert.equal(await packWith({ executor: 'my-plugin' }), await packWith({}));
});

test('one layer is hashed after the other, also after one that failed', async () => {
  let [running, most] = [0, 0];
  const results = [1, 2, 3].map(() => Promise.withResolvers<never>());
  const pending = [...results];
  const hash: LayerPool['hash'] = async () => {
    most = Math.max(most, ++running);
    try {
      return await (pending.shift()?.promise as Promise<never>);
    } finally {
      running--;
    }
  };
  const { capabilities } = createKitwright({ plugins: [plugin()], threads: 1 });
  const pool = capabilities.get('executor', 'my-plugin').open({}, { hash } as LayerPool);
  const jobs = Promise.allSettled(results.map(() => pool.hash({} as never)));
  for (const { reject } of results) {
    await setImmediate();
    assert.equal(running, 1);
    reject(new Error('gone'));
  }
  const ended = await jobs;
  assert.deepEqual([ended.map(({ status }) => status), most], [['rejected', 'rejected', 'rejected'], 1]);
});

describe('every rule for executors', () => {
  const { capabilities } = createKitwright({ plugins: [plugin()], threads: 1 });
  testExecutor(test, () => capabilities.get('executor', 'my-plugin'));
});
