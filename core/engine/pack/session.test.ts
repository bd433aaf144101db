import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import type { LayerType } from '../host/capabilities.ts';
import { createKitwright } from '../host/createKitwright.ts';
import { definePlugin } from '../host/plugin.ts';
import { createLocalStore } from '../store/localStore.ts';
import type { PackOptions } from './PackOptions.ts';
import { computeKit, packKit } from './packKit.ts';

/** A layer type without files. */
const tar: LayerType = {
  id: 'tar',
  format: 'tar',
  compressible: true,
  collect: () => ({ files: [] }),
  recipe: () => [],
};

test('a session is announced until the kit is built, so that garbage collection keeps what it stored', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'Kitfile'), 'manifestVersion: 1.0.0\npackage: {name: n}\n');
  const store = createLocalStore(join(folder.path, 'store'));
  const sessions = () => readdirSync(store.layout.sessions).length;
  let seen: readonly number[] = [];
  const plugin = definePlugin({
    name: 'look',
    apiVersion: 1,
    apply: ({ register, hooks }) => {
      register('layerType', tar);
      hooks.build.tap(({ hooks: build }) => {
        build.assembled.tap(async () => {
          seen = [...seen, sessions()];
        });
      });
    },
  });
  const kitwright = createKitwright({ plugins: [plugin], threads: 1 });
  const { signal } = new AbortController();
  const options: PackOptions = {
    directory: folder.path,
    kitfile: {},
    store,
    layerFormat: 'tar',
    capture: 'copy',
    signal,
  };
  try {
    await computeKit(kitwright, options);
    await packKit(kitwright, options);
  } finally {
    await kitwright.close();
  }
  assert.deepEqual([seen, sessions()], [[1, 1], 0]);
});
