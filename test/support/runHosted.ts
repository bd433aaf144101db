import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HostAnswer, HostRequest } from './commandHost.ts';
import { type CliOptions, type CliResult, cliPath, environmentOf, nodePath, runCli } from './runCli.ts';

/**
 * Runs the installed command as `runCli` does, but in a process that has loaded it already: most of a short run is its
 * start. A process serves one run after the other as long as it is as good as new (`commandHost.ts`).
 */
export async function runHosted(args: readonly string[], options: CliOptions): Promise<CliResult> {
  if (needsProcess(args, options)) return runCli(args, options);
  const host = idle.pop() ?? startHost();
  const { isSpent, ...result } = await ask(host, {
    args,
    cwd: options.cwd,
    env: environmentOf(options),
    umask: options.umask,
  });
  if (isSpent) host.kill();
  else idle.push(host);
  return { ...result, signal: null };
}

const idle: ChildProcess[] = [];

/** What is decided when a process starts; and what a program behind `--` writes goes to the streams of its process. */
function needsProcess(args: readonly string[], { stdin, command, commandArgs, env = {} }: CliOptions): boolean {
  const early = Object.keys(env).some((name) => /^(?:NODE_|UV_|LD_|LC_|LANG$|TZ$|TMPDIR$)/.test(name));
  return args.includes('--') || stdin !== undefined || command !== undefined || commandArgs !== undefined || early;
}

function startHost(): ChildProcess {
  const host = fork(fileURLToPath(new URL('commandHost.ts', import.meta.url)), [cliPath], {
    execPath: nodePath,
    execArgv: [],
    env: environmentOf({ cwd: process.cwd() }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  // It ends with the process of the test, which does not wait for it.
  host.unref();
  host.channel?.unref();
  return host;
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
