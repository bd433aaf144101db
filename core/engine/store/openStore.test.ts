import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataRoot } from './openStore.ts';

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
