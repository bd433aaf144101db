import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { isSea } from 'node:sea';
import { childEnvironment, findProgram } from '@kitwright/core/internal';
import { newestRelease } from '../executable/newestRelease.ts';
import { readUpdateState, writeUpdateState } from './updateState.ts';

/** ms. */
const patience = 30_000;

/** Asks for the newest version and stores it; a failure changes nothing. */
const check = async (root: string): Promise<void> => {
  const latest = isSea() ? await newestRelease() : publishedVersion(root);
  if (latest !== undefined) writeUpdateState(root, { ...readUpdateState(root), latest });
};

/** The newest version at the registry of npm, undefined if npm cannot say. */
const publishedVersion = (root: string): string | undefined => {
  const npm = findProgram('npm', process.env);
  if (npm === undefined) return undefined;
  const { status, stdout } = spawnSync(npm, ['view', 'kitwright', 'version', '--prefix=.'], {
    // Not in the current directory, where an .npmrc could make npm send credentials from the environment to another
    // host; nor in a directory above, where others may write: npm takes the first that has a package.json or node_modules.
    cwd: root,
    env: childEnvironment(process.env),
    encoding: 'utf8',
    timeout: patience,
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const latest = stdout?.trim() ?? '';
  return status === 0 && /^\d+\.\d+\.\d+$/.test(latest) ? latest : undefined;
};

// The main program of the process that `askInBackground` starts.
if (process.argv[2]) await check(process.argv[2]);
