import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { dataRoot, openStore } from './openStore.ts';

const cases: readonly (readonly [env: Readonly<Record<string, string>>, platform: NodeJS.Platform, root: string])[] = [
  [{ HOME: '/h' }, 'linux', '/h/.local/share/kitwright'],
  [{ HOME: '/h', XDG_DATA_HOME: '/x' }, 'linux', '/x/kitwright'],
  [{ HOME: '/h' }, 'freebsd', '/h/.local/share/kitwright'],
  [{ HOME: '/h' }, 'darwin', '/h/Library/Application Support/kitwright'],
  [{ USERPROFILE: '/h', LOCALAPPDATA: '/l' }, 'win32', '/l/kitwright'],
  [{ USERPROFILE: '/h' }, 'win32', '/h/AppData/Local/kitwright'],
  [{ HOME: '/h', KITOPS_HOME: '/k' }, 'linux', '/k'],
  [{ HOME: '/h', KITOPS_HOME: '/k', KITWRIGHT_HOME: '/w' }, 'linux', '/w'],
];

for (const [env, platform, root] of cases)
  test(`${JSON.stringify(env)} on ${platform}`, () => assert.equal(dataRoot(undefined, env, platform), root));

test('a folder that is named needs no home', () => {
  assert.equal(dataRoot('/c', {}), '/c');
  assert.equal(dataRoot(undefined, { XDG_DATA_HOME: '/x' }, 'linux'), '/x/kitwright');
});

const skip = process.platform === 'win32' && 'modes say nothing there';

test('a store of `kit` that others can change gives no kits, unless the user trusts its root', { skip }, () => {
  using folder = temporaryFolder();
  const root = join(folder.path, 'kitops');
  const storage = join(root, 'storage');
  mkdirSync(storage, { recursive: true });
  writeFileSync(join(storage, 'index.json'), '{}');
  const names = (more: Readonly<Record<string, string>> = {}) =>
    openStore(undefined, { XDG_DATA_HOME: folder.path, ...more }, 'linux').kit.map(({ name }) => name);
  assert.deepEqual(names(), [storage]);
  for (const path of [root, storage, join(storage, 'index.json')]) {
    const { mode } = statSync(path);
    chmodSync(path, 0o777);
    assert.deepEqual(names(), [], path);
    assert.deepEqual(names({ KITWRIGHT_TRUST: root }), [storage], path);
    chmodSync(path, mode);
  }
});
