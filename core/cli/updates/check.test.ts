import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findProgram } from '@kitwright/core/internal';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { readUpdateState } from './updateState.ts';

const checkScript = fileURLToPath(new URL('check.ts', import.meta.url));

/** Runs the check with a script instead of npm. */
const asking = (answer: string): string | undefined => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'npm'), `#!/bin/sh\n${answer}\n`);
  chmodSync(join(folder.path, 'npm'), 0o755);
  const env = { ...process.env, PATH: `${folder.path}:${process.env['PATH']}` };
  execFileSync(process.execPath, ['--conditions=kitwright-source', checkScript, folder.path], { env });
  return readUpdateState(folder.path).latest;
};

test('npm is asked for the newest version', {
  skip: process.platform === 'win32' && 'the npm of this test is a shell script',
}, () => {
  assert.equal(asking('[ "$*" = "view kitwright version --prefix=." ] && echo 2.0.0'), '2.0.0');
  assert.equal(asking('echo 2.0.0; exit 1'), undefined);
  assert.equal(asking('echo "<html>"'), undefined);
});

test('npm takes no settings from a directory above the data, where others may write', {
  skip:
    (process.platform === 'win32' || findProgram('npm', process.env) === undefined) && 'npm is a shell script there',
}, () => {
  using folder = temporaryFolder();
  const root = join(folder.path, 'data');
  for (const path of [root, join(folder.path, 'node_modules'), join(folder.path, 'bin')]) mkdirSync(path);
  writeFileSync(join(folder.path, '.npmrc'), 'registry=http://stranger.invalid/\n');
  // It shows what npm would ask, with the arguments and the directory of the check.
  const script = `#!/bin/sh\nshift 3\nexec "${findProgram('npm', process.env)}" config get registry "$@" > "${root}/asked"\n`;
  writeFileSync(join(folder.path, 'bin', 'npm'), script, { mode: 0o755 });
  const env = { ...process.env, PATH: `${join(folder.path, 'bin')}:${process.env['PATH']}` };
  execFileSync(process.execPath, ['--conditions=kitwright-source', checkScript, root], { env });
  assert.doesNotMatch(readFileSync(join(root, 'asked'), 'utf8'), /stranger/);
});

test('npm keeps no compiled code in the temporary folder, where another user may have put some', {
  skip:
    (process.platform === 'win32' || findProgram('npm', process.env) === undefined) && 'npm is a shell script there',
}, () => {
  using folder = temporaryFolder();
  const [root, bin, shared] = ['data', 'bin', 'shared'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [root, bin, shared]) mkdirSync(path);
  // It starts, and asks nobody.
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\nexec "${findProgram('npm', process.env)}" --version\n`, { mode: 0o755 });
  const { NODE_DISABLE_COMPILE_CACHE: _, ...env } = process.env;
  execFileSync(process.execPath, ['--conditions=kitwright-source', checkScript, root], {
    env: { ...env, PATH: `${bin}:${process.env['PATH']}`, TMPDIR: shared },
  });
  assert.notEqual(readUpdateState(root).latest, undefined);
  assert.deepEqual(readdirSync(shared), []);
});
