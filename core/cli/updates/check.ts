import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { childEnvironment, findProgram } from '@kitwright/core/internal';
import { readUpdateState, writeUpdateState } from './updateState.ts';

/** ms. */
const patience = 30_000;

/** Asks npm for the newest version and remembers it; no answer is an answer. */
const check = (root: string): void => {
  const npm = findProgram('npm', process.env);
  if (npm === undefined) return;
  const { status, stdout } = spawnSync(npm, ['view', 'kitwright', 'version'], {
    // Not where the user stands: an .npmrc there decides where npm sends what it finds in the environment.
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

// The program of a process of its own: `askInBackground` starts it.
if (process.argv[2]) check(process.argv[2]);
