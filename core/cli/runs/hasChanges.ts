import { spawnSync } from 'node:child_process';
import { childEnvironment, findProgram } from '@kitwright/core/internal';

/** How long git may take, in ms. */
const timeout = 2_000;

/**
 * Do files differ from the commit? Undefined if git cannot tell in time. Its filters are programs that the repository
 * configures: ask only where code of the directory runs anyway.
 */
export function hasChanges(directory: string, env: NodeJS.ProcessEnv): boolean | undefined {
  const git = findProgram('git', env);
  if (git === undefined) return undefined;
  const args = ['--no-optional-locks', '-c', 'core.fsmonitor=false', 'status', '--porcelain', '--untracked-files=no'];
  const { status, stdout } = spawnSync(git, args, {
    cwd: directory,
    env: childEnvironment(env),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout,
    maxBuffer: 64 * 1024 * 1024,
  });
  return status === 0 ? stdout !== '' : undefined;
}
