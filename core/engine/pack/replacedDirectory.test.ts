import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from '../files/bytePath.ts';
import { fileId, readFingerprint } from '../files/fingerprint.ts';
import { createKitwright } from '../host/createKitwright.ts';
import { definePlugin } from '../host/plugin.ts';
import { openPacked, requireWithin } from '../plan/openPacked.ts';
import { createLocalStore } from '../store/localStore.ts';
import { makeStore, storeLayout } from '../store/storeLayout.ts';
import { cloneFile } from './layer/capture.ts';
import { previewKit } from './packKit.ts';

/** Plans a kit; when its Kitfile was read, `replace` puts something else in the place of the directory. */
const planWhile = async (kitfile: string, replace: (directory: string, outside: string) => void) => {
  using folder = temporaryFolder();
  const [directory, outside] = [join(folder.path, 'project'), join(folder.path, 'outside')];
  for (const [each, name] of [
    [directory, 'ours'],
    [outside, 'theirs'],
  ] as const) {
    mkdirSync(join(each, 'data'), { recursive: true });
    writeFileSync(join(each, 'data', name), name);
  }
  writeFileSync(join(directory, 'Kitfile'), kitfile);
  const plugin = definePlugin({
    name: 'attacker',
    apiVersion: 1,
    apply: ({ hooks, register }) => {
      register('layerType', {
        id: 'tar',
        format: 'tar',
        compressible: true,
        collect: (tree) => ({ files: tree.entries() }),
        recipe: () => [],
      });
      hooks.build.tap(({ hooks: build }) => {
        build.kitfile.tap(async (read) => {
          renameSync(directory, `${directory}-away`);
          replace(directory, outside);
          return read;
        });
      });
    },
  });
  const kitwright = createKitwright({ plugins: [plugin] });
  try {
    return await previewKit(kitwright, {
      directory,
      kitfile: {},
      store: createLocalStore(join(folder.path, 'store')),
      layerFormat: 'tar',
      capture: 'copy',
      signal: new AbortController().signal,
    });
  } finally {
    await kitwright.close();
  }
};

const replacements: Readonly<Record<string, (directory: string, outside: string) => void>> = {
  'a link': (directory, outside) => symlinkSync(outside, directory),
  'another directory': (directory, outside) => renameSync(outside, directory),
};

for (const path of ['.', 'data', 'data/theirs'])
  for (const [what, replace] of Object.entries(replacements))
    test(`no file is packed of ${what} that takes the place of the packed directory: ${path}`, async () => {
      const kitfile = `manifestVersion: 1.0.0\ncode:\n  - path: ${path}\n`;
      await assert.rejects(planWhile(kitfile, replace), { code: 'content-changed', message: /was replaced/ });
    });

test('a file is cloned only if it is the one that was seen', async () => {
  using folder = temporaryFolder();
  const [path, outside] = [join(folder.path, 'file'), join(folder.path, 'outside')];
  writeFileSync(path, 'ours');
  writeFileSync(outside, 'no');
  const fingerprint = readFingerprint(fromNative(path)) ?? assert.fail();
  const layout = storeLayout(join(folder.path, 'store'));
  makeStore(layout);
  renameSync(path, join(folder.path, 'away'));
  symlinkSync(outside, path);
  const piece = { kind: 'file', path: fromNative(path), offset: 0, size: statSync(path).size, fingerprint } as const;
  await assert.rejects(cloneFile(layout, piece), { code: 'content-changed' });
  assert.deepEqual(readdirSync(layout.tmp), []);
});

test('a directory is packed only if it lies in the one that is asked for, whatever its name is', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'project', 'a', 'b'), { recursive: true });
  mkdirSync(join(folder.path, 'outside'));
  symlinkSync('../outside', join(folder.path, 'project', 'link'));
  const id = fileId(statSync(join(folder.path, 'project'), { bigint: true }));
  const require = (...names: readonly string[]) => {
    using packed = openPacked(join(folder.path, ...names));
    requireWithin(packed, id, 'shown');
  };
  require('project');
  require('project', 'a', 'b');
  for (const names of [['outside'], ['project', 'link'], ['.']])
    assert.throws(() => require(...names), { code: 'layer-path-outside' });
});
