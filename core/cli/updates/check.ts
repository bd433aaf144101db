import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { childEnvironment, findProgram } from '@kitwright/core/internal';
import { readUpdateState, writeUpdateState } from './updateState.ts';

/** ms. */
const patience = 30_000;

/** Asks npm for the newest version and stores it; a failure is stored too. */
const check = (root: string): void => {
  const npm = findProgram('npm', process.env);
  if (npm === undefined) return;
  const { status, stdout } = spawnSync(npm, ['view', 'kitwright', 'version'], {
    // Not in the current directory, where an .npmrc could make npm send credentials from the environment to another
    // host.
    cwd: root,
    env: childEnvironment(process.env),
    encoding: 'utf8',
    timeout: patience,
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const latest = stdout?.trim() ?? '';
  if (status === 0 && /^\d+\.\d+\.\d+$/.test(latest)) writeUpdateState(root, { ...readUpdateState(root), latest });
};

// The main program of the process that `askInBackground` starts.
if (process.argv[2]) check(process.argv[2]);
