import { spawn, spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { readUpdateState, writeUpdateState } from './updateState.ts';

/** ms. */
const patience = 30_000;

/** Asks npm for the newest version and remembers it; no answer is an answer. */
const check = (root: string): void => {
  const { status, stdout } = spawnSync('npm', ['view', 'kitwright', 'version'], {
    encoding: 'utf8',
    timeout: patience,
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const latest = stdout?.trim() ?? '';
  if (status === 0 && /^\d+\.\d+\.\d+$/.test(latest)) writeUpdateState(root, { ...readUpdateState(root), latest });
};

/** Starts the question in a process of its own, which no command waits for. */
export const askInBackground = (root: string): void => {
  spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), root], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
  })
    .on('error', () => undefined)
    .unref();
};

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2]) check(process.argv[2]);
