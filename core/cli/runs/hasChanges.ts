import { execFile, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  childEnvironment,
  findProgram,
  isOpenToOthers,
  limitMemory,
  privateScratch,
  readPlainFile,
} from '@kitwright/core/internal';
import { isOwn } from '../trust/isOwn.ts';
import { genuineFiles } from './genuineFiles.ts';
import { gitFolders } from './readCommit.ts';

/** How long git may take for all questions, in ms. */
const timeout = 2_000;

/**
 * Do files differ from the commit? Undefined if git cannot tell in time, or if the repository says of the commit or of its
 * files what is not so. The config of a repository names programs that git runs (filters, hooks, transports), so git gets a
 * folder of ours with nothing in its config, and of the repository only its objects and its index.
 */
export function hasChanges(directory: string, commit: string, env: NodeJS.ProcessEnv): boolean | undefined {
  using own = privateScratch('git', env);
  const call = gitCall(directory, env, own.path);
  if (!call) return undefined;
  writeGitFolder(own.path, commit);
  const questions = questionsFor(call, commit);
  let next = questions.next();
  while (!next.done) {
    const { program, words, options } = call.of(next.value);
    const { status, stdout } = spawnSync(program, words, { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
    if (status !== 0) return undefined;
    next = questions.next(stdout);
  }
  return next.value;
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
  const questions = questionsFor(call, commit);
  let next = questions.next();
  while (!next.done) {
    const { program, words, options } = call.of(next.value);
    const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
    execFile(program, words, options, (error, stdout) => resolve(error ? undefined : stdout));
    const answer = await promise;
    if (answer === undefined) return undefined;
    next = questions.next(answer);
  }
  return next.value;
}

/**
 * What git is asked, one after the other. Its status believes the index, which may say that a file need not be looked at,
 * or what the objects of the commit are: so that counts only if both are as the commit's own hash has them.
 */
function* questionsFor(
  { top, isBelieved }: Pick<GitCall, 'top' | 'isBelieved'>,
  commit: string,
): Generator<readonly string[], boolean | undefined, Buffer> {
  if (!isBelieved) yield ['read-tree', commit];
  const tree = yield ['ls-tree', '-r', '-t', '-z', '--full-tree', commit];
  const staged = yield ['ls-files', '-s', '-v', '-z'];
  // Where there is no such file, git-lfs reads that of the index or of the commit.
  const isKept = [tree, staged].some((list) => list.includes(`\t${settingsOfLfs}\0`));
  if (isKept && !lstatSync(join(top, settingsOfLfs), { throwIfNoEntry: false })) return undefined;
  const changed = yield ['status', '--porcelain', '--untracked-files=no', '--ignore-submodules=all'];
  if (changed.byteLength > 0) return true;
  const files = genuineFiles(commit, yield ['cat-file', 'commit', commit], tree);
  if (!files) return undefined;
  const index = staged.toString('latin1').split('\0').slice(0, -1);
  const isSame = index.length === files.size && index.every((line) => isAsCommitted(line, files, top));
  return isSame ? false : undefined;
}

/** `tag SP mode SP id SP 0 TAB path` (git-ls-files(1)); what is left out of a sparse checkout (`S`) is not there. */
function isAsCommitted(line: string, files: ReadonlyMap<string, string>, top: string): boolean {
  const [, tag, entry, path = ''] = /^([HS]) (\d{6} [0-9a-f]{40,64}) 0\t(.+)$/s.exec(line) ?? [];
  if (entry === undefined || files.get(path) !== entry) return false;
  return tag === 'H' || !lstatSync(join(top, Buffer.from(path, 'latin1').toString()), { throwIfNoEntry: false });
}

/** How git is asked, with a new folder of ours (`own`); undefined where there is no git or no repository. */
function gitCall(directory: string, env: NodeJS.ProcessEnv, own: string) {
  const git = findProgram('git', env);
  const folders = gitFolders(directory);
  if (git === undefined || !folders || linksSettings(folders.top)) return undefined;
  const begun = performance.now();
  const index = join(folders.git, 'index');
  const isBelieved = [folders.top, folders.git, index].every(isOurs);
  const options = {
    cwd: folders.top,
    env: {
      ...childEnvironment(env),
      GIT_DIR: own,
      GIT_WORK_TREE: folders.top,
      GIT_INDEX_FILE: isBelieved ? index : join(own, 'index'),
      GIT_OBJECT_DIRECTORY: join(folders.common, 'objects'),
      GIT_NO_LAZY_FETCH: '1',
      // An object of some kilobytes may say that it is a hundred gigabytes.
      GIT_ALLOC_LIMIT: '640m',
    },
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
  } as const;
  return {
    top: folders.top,
    isBelieved,
    of: (args: readonly string[]) => {
      // So that an index or objects of the repository take no more either, whatever they say of themselves.
      const [program, words] = limitMemory(git, ['--no-optional-locks', ...args]);
      const left = Math.max(1, Math.ceil(timeout - (performance.now() - begun)));
      return { program, words, options: { ...options, timeout: left } };
    },
  };
}

type GitCall = NonNullable<ReturnType<typeof gitCall>>;

/**
 * An index says which files need not be read, by their size and times, which whoever has them on this machine knows: that of
 * another user, or one that others can change, may say so of files that are others than the commit's.
 */
function isOurs(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && isOwn(stats.uid) && !isOpenToOthers(stats);
}

const settingsOfLfs = '.lfsconfig';

/**
 * Where git-lfs is set up for the user, git asks it, and it would follow a link to a pipe, say, or include one, and wait for
 * ever.
 */
function linksSettings(top: string): boolean {
  const path = join(top, settingsOfLfs);
  if (!lstatSync(path, { throwIfNoEntry: false })) return false;
  try {
    return !lstatSync(path).isFile() || /\[\s*include/i.test(readPlainFile(path, 64 * 1024).toString('latin1'));
  } catch {
    return true;
  }
}

/** What git needs to take a folder for its own (gitrepository-layout(5)). */
function writeGitFolder(folder: string, commit: string): void {
  for (const name of ['objects', 'refs', 'info']) mkdirSync(join(folder, name));
  // By these attributes, which any file of the directory may give, other bytes are taken for those of the commit.
  writeFileSync(join(folder, 'info', 'attributes'), '* !ident !working-tree-encoding\n');
  const isLong = commit.length > 40;
  const lines = ['[core]', `repositoryFormatVersion = ${isLong ? 1 : 0}`, 'bare = false', 'fsmonitor = false'];
  // What an archive can set, size and time of writing, does not say that a file is unchanged.
  lines.push('trustctime = true', 'checkStat = default');
  writeFileSync(join(folder, 'HEAD'), `${commit}\n`);
  writeFileSync(
    join(folder, 'config'),
    `${[...lines, ...(isLong ? ['[extensions]', 'objectFormat = sha256'] : [])].join('\n')}\n`,
  );
}
