import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installedCli } from './installedCli.ts';
import { projectRoot } from './trackedFiles.ts';

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array | string | undefined;
  /** Octal, e.g. 0o022. */
  readonly umask?: number | undefined;
  readonly command?: string;
  readonly commandArgs?: readonly string[];
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The Node of this project, which may differ from the one that runs the tests. */
export const nodePath = join(
  projectRoot,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** The command of a user: see `installedCli`. */
export const cliPath = await installedCli();

/** Runs the installed command (or another program) in its own environment and collects its output. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const command = options.command ?? nodePath;
  const all = [...(options.commandArgs ?? (options.command ? [] : [cliPath])), ...args];
  const env = environmentOf(options);
  const child = spawnWithUmask(options.umask, () =>
    spawn(command, all, { cwd: options.cwd, env, stdio: ['pipe', 'pipe', 'pipe'] }),
  );
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  // A command that does not read its input may have ended before the input is written.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.stdin ?? '');
  const { promise, resolve, reject } = Promise.withResolvers<CliResult>();
  child.on('error', reject);
  child.on('close', (code, signal) =>
    resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
  );
  return promise;
}

/** Each test has a home of its own, but not each needs to compile the command anew. */
const compiled = { NODE_COMPILE_CACHE: join(projectRoot, '.cache', 'compiled') };

/** The environment of a run. */
export function environmentOf({ cwd, env }: CliOptions): Readonly<Record<string, string>> {
  return { PATH: process.env['PATH'] ?? '', HOME: cwd, TZ: 'UTC', ...compiled, ...env };
}

function spawnWithUmask(umask: number | undefined, start: () => ReturnType<typeof spawn>): ReturnType<typeof spawn> {
  if (umask === undefined) return start();
  const before = process.umask(umask);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}
