import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { createKitwright } from '../host/createKitwright.ts';
import { definePlugin, type Plugin } from '../host/plugin.ts';
import { createLocalStore } from '../store/localStore.ts';
import { packKit } from './packKit.ts';

const tar = definePlugin({
  name: 'tar',
  apiVersion: 1,
  apply: ({ register }) => {
    register('layerType', {
      id: 'tar',
      format: 'tar',
      compressible: true,
      collect: (tree) => ({ files: tree.entries() }),
      recipe: () => [],
    });
  },
});

/** Packs a directory with nothing but a Kitfile. */
const pack = async (plugin: Plugin) => {
  const root = mkdtempSync(join(tmpdir(), 'kitwright-plugin-'));
  writeFileSync(join(root, 'Kitfile'), 'manifestVersion: 1.0.0\npackage: {name: n, license: MIT}\n');
  const kitwright = createKitwright({ plugins: [tar, plugin] });
  try {
    const store = createLocalStore(join(root, 'store'));
    const kit = await packKit(kitwright, {
      directory: root,
      kitfile: {},
      store,
      layerFormat: 'tar',
      capture: 'copy',
      signal: new AbortController().signal,
    });
    return { kit, names: store.list() };
  } finally {
    await kitwright.close();
    rmSync(root, { recursive: true });
  }
};

test('a plugin changes the Kitfile and the manifest', async () => {
  const { kit } = await pack(
    definePlugin({
      name: 'stamp',
      apiVersion: 1,
      apply: ({ hooks }) => {
        hooks.build.tap(({ hooks: build }) => {
          build.kitfile.tap(async (kitfile) => ({ ...kitfile, package: { ...kitfile.package, version: '9' } }));
          build.manifest.tap(async (draft) => ({
            ...draft,
            manifest: { ...draft.manifest, annotations: { stamped: 'yes' } },
          }));
        });
      },
    }),
  );
  assert.equal(kit.kitfile.package?.version, '9');
  assert.match(Buffer.from(kit.manifestBytes).toString(), /"stamped":"yes"/);
});

test('a veto keeps its error code and names the plugin, and the kit gets no name', async () => {
  const gate = definePlugin({
    name: 'license-gate',
    apiVersion: 1,
    apply: ({ hooks }) => {
      hooks.build.tap(({ hooks: build }) => {
        build.assembled.tap(async () => {
          throw new KitwrightError('license-not-allowed', 'MIT is not allowed here.');
        });
      });
    },
  });
  await assert.rejects(
    pack(gate),
    (error: KitwrightError) => error.code === 'license-not-allowed' && error.data['plugin'] === 'license-gate',
  );
});

test('if two plugins register one id, the error names both', () => {
  const second = definePlugin({ ...tar, name: 'second' });
  assert.throws(() => createKitwright({ plugins: [tar, second] }), /tar and second both register the layerType tar/);
});

test('a plugin of another API is refused', () => {
  assert.throws(() => definePlugin({ ...tar, apiVersion: 2 as 1 }), /speaks API 2, this Kitwright speaks 1/);
});

test('apply must end before the hooks are sealed: an async apply does not compile, and is refused', () => {
  const late = definePlugin({
    name: 'late',
    apiVersion: 1,
    // @ts-expect-error a promise is not nothing
    apply: async () => {
      throw new Error('unhandled');
    },
  });
  assert.throws(() => createKitwright({ plugins: [late] }), {
    code: 'plugin-failed',
    message: /The plugin late failed in apply: an async/,
  });
});
