import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment, findProgram, limitMemory, privateScratch } from '@kitwright/core/internal';
import { gitFolders } from './readCommit.ts';

/** How long git may take, in ms. */
const timeout = 2_000;

/**
 * Do files differ from the commit? Undefined if git cannot tell in time. The config of a repository names programs that
 * git runs (filters, hooks, transports), so git gets a folder of ours with nothing in its config, and of the repository
 * only its objects and its index.
 */
export function hasChanges(directory: string, commit: string, env: NodeJS.ProcessEnv): boolean | undefined {
  using own = privateScratch('git', env);
  const call = gitCall(directory, env, own.path);
  if (!call) return undefined;
  writeGitFolder(own.path, commit);
  const { status, stdout } = spawnSync(call.program, call.words, {
    ...call.options,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout !== '' : undefined;
}

/** The same, while other work goes on. */
export async function askForChanges(
  directory: string,
  commit: string,
  env: NodeJS.ProcessEnv,
): Promise<boolean | undefined> {
  using own = privateScratch('git', env);
  const call = gitCall(directory, env, own.path);
  if (!call) return undefined;
  writeGitFolder(own.path, commit);
  const { promise, resolve } = Promise.withResolvers<boolean | undefined>();
  execFile(call.program, call.words, call.options, (error, stdout) => resolve(error ? undefined : stdout !== ''));
  return await promise;
}

/** How git is asked, with a new folder of ours (`own`); undefined where there is no git or no repository. */
function gitCall(directory: string, env: NodeJS.ProcessEnv, own: string) {
  const git = findProgram('git', env);
  const folders = gitFolders(directory);
  if (git === undefined || !folders) return undefined;
  const args = ['--no-optional-locks', 'status', '--porcelain', '--untracked-files=no', '--ignore-submodules=all'];
  const options = {
    cwd: folders.top,
    env: {
      ...childEnvironment(env),
      GIT_DIR: own,
      GIT_WORK_TREE: folders.top,
      GIT_INDEX_FILE: join(folders.git, 'index'),
      GIT_OBJECT_DIRECTORY: join(folders.common, 'objects'),
      GIT_NO_LAZY_FETCH: '1',
      // An object of some kilobytes may say that it is a hundred gigabytes.
      GIT_ALLOC_LIMIT: '640m',
    },
    encoding: 'utf8',
    timeout,
    maxBuffer: 64 * 1024 * 1024,
  } as const;
  // So that an index or objects of the repository take no more either, whatever they say of themselves.
  const [program, words] = limitMemory(git, args);
  return { program, words, options };
}

/** What git needs to take a folder for its own (gitrepository-layout(5)). */
function writeGitFolder(folder: string, commit: string): void {
  for (const name of ['objects', 'refs']) mkdirSync(join(folder, name));
  const isLong = commit.length > 40;
  const lines = ['[core]', `repositoryFormatVersion = ${isLong ? 1 : 0}`, 'bare = false', 'fsmonitor = false'];
  writeFileSync(join(folder, 'HEAD'), `${commit}\n`);
  writeFileSync(
    join(folder, 'config'),
    `${[...lines, ...(isLong ? ['[extensions]', 'objectFormat = sha256'] : [])].join('\n')}\n`,
  );
}
