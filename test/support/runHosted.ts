import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostAnswer, HostRequest } from './commandHost.ts';
import { type CliOptions, type CliResult, cliPath, environmentOf, nodePath, runCli } from './runCli.ts';

/**
 * Runs the installed command as `runCli` does, but in a process that has loaded it already: most of a short run is its
 * start. A process serves one run after the other as long as it is as good as new (`commandHost.ts`), or has loaded code
 * from folders of other tests only.
 */
export async function runHosted(args: readonly string[], options: CliOptions): Promise<CliResult> {
  if (needsProcess(args, options)) return runCli(args, options);
  const folder = folderOf(options.cwd);
  const at = idle.findLastIndex(({ loadedFrom }) => !loadedFrom.has(folder));
  const host = idle.splice(at, at < 0 ? 0 : 1)[0] ?? startHost();
  const { isSpent, hasLoaded, ...result } = await ask(host.process, {
    args,
    cwd: options.cwd,
    env: environmentOf(options),
    umask: options.umask,
    folder,
  });
  if (hasLoaded) host.loadedFrom.add(folder);
  if (isSpent || idle.length === mostIdle) host.process.kill();
  else idle.push(host);
  return { ...result, signal: null };
}

interface Host {
  readonly process: ChildProcess;
  /** Folders with code that it has loaded: for a run there it is not like a new one. */
  readonly loadedFrom: Set<string>;
}

const idle: Host[] = [];

/** Each takes 100 MB. */
const mostIdle = 4;

/** The temporary folder in which a path lies, which one test has for itself; else the path. */
function folderOf(path: string): string {
  const [name = ''] = relative(tmpdir(), path).split(sep);
  return name === '..' || name === '' ? path : join(tmpdir(), name);
}

/** What is decided when a process starts; and what a program behind `--` writes goes to the streams of its process. */
function needsProcess(args: readonly string[], { stdin, command, commandArgs, env = {} }: CliOptions): boolean {
  const early = Object.keys(env).some((name) => /^(?:NODE_|UV_|LD_|LC_|LANG$|TZ$|TMPDIR$)/.test(name));
  return args.includes('--') || stdin !== undefined || command !== undefined || commandArgs !== undefined || early;
}

function startHost(): Host {
  const host = fork(fileURLToPath(new URL('commandHost.ts', import.meta.url)), [cliPath], {
    execPath: nodePath,
    // Threads that collect its garbage would only keep other tests from the processors.
    execArgv: ['--single-threaded-gc'],
    env: environmentOf({ cwd: process.cwd() }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  // It ends with the process of the test, which does not wait for it.
  host.unref();
  host.channel?.unref();
  return { process: host, loadedFrom: new Set() };
}

async function ask(host: ChildProcess, request: HostRequest): Promise<HostAnswer> {
  const given = new AbortController();
  const { signal } = given;
  host.channel?.ref();
  try {
    host.send(request);
    return await Promise.race([
      once(host, 'message', { signal }).then(([answer]) => answer as HostAnswer),
      once(host, 'exit', { signal }).then(([code]) => {
        throw new Error(`The process of the command ended with ${code}: ${request.args.join(' ')}`);
      }),
    ]);
  } finally {
    given.abort();
    host.channel?.unref();
  }
}
