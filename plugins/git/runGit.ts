import { type ChildProcess, spawn } from 'node:child_process';
import { devNull } from 'node:os';
import { childEnvironment, errnoOf, findProgram, KitwrightError, limitMemory } from '@kitwright/core/plugin';
import { endTree } from './endTree.ts';

export interface GitOptions {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** ssh asks on the terminal for the password of a key, so it stays in our session. */
  readonly asksOnTerminal?: boolean;
  /** No host gets a login, where a server or a repository has chosen it: helpers of the user may give theirs to any. */
  readonly isAnonymous?: boolean;
  /** Where large files are: before this nothing of the repository counts. */
  readonly lfsUrl?: string;
}

/**
 * No program of a repository runs, with any settings of the user; where a server may lead, and what large files may
 * come, is decided elsewhere.
 */
const safeSettings = [
  ...['-c', `core.hooksPath=${devNull}`],
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', 'http.followRedirects=false'],
  // Settings of the user that would make of its `.gitmodules` more than a file.
  ...['-c', 'submodule.recurse=false', '-c', 'fetch.recurseSubmodules=false'],
  ...['-c', 'lfs.storage=lfs'],
  // What came stays as it came, so its size says what was sent; large files go through in parts.
  ...['-c', 'fetch.unpackLimit=1'],
  ...['-c', 'pack.threads=2'],
];

/**
 * git-lfs unpacks what a server has compressed, however small it was on its way, unless a request says how it wants it: then
 * it comes as it is (git-config(5), http.extraHeader, which git-lfs follows too).
 */
const unencoded = ['-c', 'http.extraHeader=Accept-Encoding: identity'];

/** `git lfs checkout` does nothing, and says so to nobody, where the user has not set git-lfs up (`git lfs install`). */
const setUp = lfsFilter({
  clean: 'git-lfs clean -- %f',
  smudge: 'git-lfs smudge -- %f',
  process: 'git-lfs filter-process',
  required: 'true',
});

/** Where git-lfs is set up, a checkout would start it before the settings of the repository for it were looked at. */
const notSetUp = lfsFilter({ clean: '', smudge: '', process: '', required: 'false' });

function lfsFilter(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `filter.lfs.${name}=${value}`]);
}

/** A repository may name another remote than its own as the one to which git-lfs goes, and says that it does. */
const asked = ['-c', 'remote.lfsdefault=origin'];

/**
 * The largest piece of memory that git takes: a few bytes may say that an object is gigabytes. What is larger than 512 MiB
 * (core.bigFileThreshold) goes through in parts, so only differences, trees and texts of such a size are refused.
 */
const allocationLimit = '640m';

/**
 * How git reaches and logs in to a host. Inside a git hook the environment also names a repository (GIT_DIR and similar
 * variables), which is not the imported one.
 */
const passedOn =
  /^(?:GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|CONFIG_(?:COUNT|KEY_\d+|VALUE_\d+|NOSYSTEM|GLOBAL|SYSTEM)|SSL_\w+|HTTP_\w+|PROXY_\w+)|SSH_\w+|GCM_\w+|CURL_CA_BUNDLE|KITWRIGHT_IMPORT_TOKEN)$/;

/** Runs git and returns its output. It never prompts. Throws `usage` without git, `unauthorized`, `remote-refused`. */
export async function runGit(args: readonly string[], options: GitOptions): Promise<string> {
  return (await gitOutput(args, options, () => failed(args, 'it says too much'))).toString();
}

/** The same as bytes; `tooMuch` is the error for more than 64 MiB of them. */
export function gitOutput(
  args: readonly string[],
  { directory, env, signal, asksOnTerminal = false, isAnonymous = false, lfsUrl }: GitOptions,
  tooMuch: () => KitwrightError,
): Promise<Buffer> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const program = findProgram('git', env);
  if (program === undefined) throw missing();
  const place = lfsUrl ? ['-c', `lfs.url=${lfsUrl}`] : [];
  const forLfs = args[0] === 'lfs' ? [...unencoded, ...setUp, ...asked, ...place] : notSetUp;
  const settings = [...safeSettings, ...forLfs, ...(isAnonymous ? ['-c', 'credential.helper='] : [])];
  const child = spawn(...limitMemory(program, [...settings, ...args]), {
    cwd: directory,
    env: {
      ...childEnvironment(env, passedOn),
      ...(isAnonymous ? { GIT_ASKPASS: '' } : {}),
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
      // Where git-lfs is set up for the user, a checkout would fetch from wherever the repository says.
      GIT_LFS_SKIP_SMUDGE: '1',
      GIT_ALLOC_LIMIT: allocationLimit,
      LC_ALL: 'C',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: hasGroups && !asksOnTerminal,
  });
  const end = () => endGroup(child, hasGroups && !asksOnTerminal);
  const stop = () => {
    end();
    reject(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  child.on('exit', end);
  const out: Buffer[] = [];
  let size = 0;
  let messages = Buffer.alloc(0);
  child.stdout.on('data', (bytes: Buffer) => {
    size += bytes.byteLength;
    if (size > maxOutput) end();
    else out.push(bytes);
  });
  // What a server sends beside the transfer is shown by nobody but an error, which needs its end.
  child.stderr.on('data', (bytes: Buffer) => {
    messages = Buffer.concat([messages, bytes]).subarray(-maxMessages);
  });
  child.on('error', (error) => reject(errnoOf(error) === 'ENOENT' ? missing(error) : error));
  child.on('close', (status) => {
    signal.removeEventListener('abort', stop);
    if (status === 0 && size <= maxOutput) resolve(Buffer.concat(out));
    else reject(size > maxOutput ? tooMuch() : failed(args, messages.toString()));
  });
  return promise;
}

const hasGroups = process.platform !== 'win32';

/**
 * Ends git with all that it has started: a fetch over HTTP is five processes, and those that get the files go on without the
 * first one, into a file that has no name any more, for as long as a server sends.
 */
function endGroup(child: ChildProcess, isGroup: boolean): void {
  if (child.pid === undefined) return;
  try {
    if (isGroup) process.kill(-child.pid, 'SIGKILL');
    else if (!hasGroups) child.kill();
    else if (child.exitCode === null && child.signalCode === null) endTree(child.pid);
  } catch {
    // Nobody is left.
  }
}

/** In bytes. */
const [maxOutput, maxMessages] = [64 * 1024 * 1024, 16 * 1024];

function missing(cause?: unknown): KitwrightError {
  return new KitwrightError('usage', 'git is not installed.', {
    cause,
    hint: 'Install git, and git-lfs for large files.',
  });
}

/** How many lines of git's messages an error shows. */
const shownLines = 6;

function failed(args: readonly string[], messages: string): KitwrightError {
  const lines = withoutCredentials(messages).trim().split('\n').slice(-shownLines).join('; ');
  const code = /authentication failed|could not read (?:username|password)|permission denied/i.test(lines)
    ? 'unauthorized'
    : 'remote-refused';
  return new KitwrightError(code, `git ${args[0] ?? ''} failed: ${lines || 'without a message'}`, {
    ...(code === 'unauthorized' ? { hint: 'Give --token, or set up credentials for git.' } : {}),
  });
}

/** A URL may hold a password, or a token after a question mark. The last `@` before a slash ends the credentials. */
export function withoutCredentials(text: string): string {
  return text
    .replace(/(\w{1,16}:\/\/)[^/\s]*@/g, '$1')
    .replace(/\w{1,16}:\/\/[^\s'"]*/g, (address) => address.replace(/\?.*$/s, ''));
}
