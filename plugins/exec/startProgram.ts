import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { childEnvironment, type OpenContext, type Wait } from '@kitwright/core/plugin';

/** A program that runs, in a process group of its own. */
export interface RunningProgram {
  readonly output: AsyncIterable<Uint8Array>;
  /** Writes to its input, in one piece. When it resolves, the memory is the caller's again. */
  readonly write: (parts: readonly Uint8Array[]) => Promise<void>;
  /** How it ended, in words: `ended with status 3 (its last line)`. Never rejects. */
  readonly ended: Promise<string>;
  /** Closes its input and waits until it and its group have ended; who takes too long is ended. */
  readonly end: () => Promise<void>;
  /** The same without patience for work that goes on. */
  readonly kill: () => Promise<void>;
}

/** Times in ms that a program has after its input was closed, and after SIGTERM. */
const [patience, lastPatience] = [5000, 1000];

/** `path` is absolute. It gets no argument, no secret, and no terminal: it runs in a session of its own. */
export function startProgram(name: string, path: string, { env, logger }: OpenContext, wait: Wait): RunningProgram {
  const child = spawn(path, [], {
    env: childEnvironment(env, variablesOf(name)),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const lastLine = forwardLines(child.stderr, (line) => logger.warn(`${name}: ${line}`));
  const ended = endOf(child, lastLine, wait);
  child.stdin.on('error', () => undefined);
  return {
    output: child.stdout,
    write: (parts) => writeAll(child.stdin, parts),
    ended,
    end: () => endGroup(child, ended, wait, patience),
    kill: () => endGroup(child, ended, wait, 0),
  };
}

/** Settings for one program: `KITWRIGHT_TARGET_TAPE_DEVICE` for `kitwright-target-tape`. */
function variablesOf(name: string): RegExp {
  return new RegExp(`^${name.toUpperCase().replaceAll('-', '_')}_\\w+$`);
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** When all that it wrote was read. What it has left behind is ended, and not waited for. */
function endOf(child: Child, lastLine: () => string, wait: Wait): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.on('error', ({ message }) => resolve(`could not be started: ${message}`));
  child.on('close', (status, signal) => {
    const line = lastLine();
    resolve(`ended with ${signal ?? `status ${status}`}${line ? ` (${line})` : ''}`);
  });
  child.on('exit', async () => {
    signalGroup(child, 'SIGKILL');
    if (await within(promise, wait, lastPatience)) return;
    child.stdout.destroy();
    child.stderr.destroy();
  });
  return promise;
}

function writeAll(input: Writable, parts: readonly Uint8Array[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  input.cork();
  parts.forEach((part, i) => {
    input.write(part, i < parts.length - 1 ? undefined : (error) => (error ? reject(error) : resolve()));
  });
  input.uncork();
  return promise;
}

/** Lines of a program that are shown, and characters of each. */
const [maxLines, maxLength] = [200, 1000];

/** Shows what a program writes to its standard error, line by line and bounded; gives its last line. */
function forwardLines(stream: Readable, show: (line: string) => void): () => string {
  let [rest, last, count] = ['', '', 0];
  const tell = (line: string) => {
    if (!line.trim()) return;
    last = line;
    if (count++ < maxLines) show(count === maxLines ? 'Further messages are not shown.' : line);
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, maxLength);
    for (const line of lines) tell(line.trimEnd().slice(0, maxLength));
  });
  stream.on('end', () => tell(rest));
  return () => last || rest;
}

async function endGroup(child: Child, ended: Promise<string>, wait: Wait, patience: number): Promise<void> {
  child.stdin.destroy();
  if (patience === 0 || !(await within(ended, wait, patience))) {
    signalGroup(child, 'SIGTERM');
    await within(ended, wait, lastPatience);
  }
  signalGroup(child, 'SIGKILL');
  await ended;
}

async function within(ended: Promise<string>, wait: Wait, ms: number): Promise<boolean> {
  const stop = new AbortController();
  const late = wait(ms, stop.signal, 'ends a program').then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([ended.then(() => true), late]);
  } finally {
    stop.abort();
  }
}

function signalGroup({ pid }: Child, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // Nobody is left.
  }
}
