import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { readUpdateState } from './updateState.ts';

const script = fileURLToPath(new URL('check.ts', import.meta.url));

/** Runs the check with a script instead of npm. */
const asking = (answer: string): string | undefined => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'npm'), `#!/bin/sh\n${answer}\n`);
  chmodSync(join(folder.path, 'npm'), 0o755);
  const env = { ...process.env, PATH: `${folder.path}:${process.env['PATH']}` };
  execFileSync(process.execPath, ['--conditions=kitwright-source', script, folder.path], { env });
  return readUpdateState(folder.path).latest;
};

test('npm is asked for the newest version', {
  skip: process.platform === 'win32' && 'the npm of this test is a shell script',
}, () => {
  assert.equal(asking('[ "$*" = "view kitwright version" ] && echo 2.0.0'), '2.0.0');
  assert.equal(asking('echo 2.0.0; exit 1'), undefined);
  assert.equal(asking('echo "<html>"'), undefined);
});
