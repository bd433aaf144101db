import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** A run of the command, as `runHosted` asks for it. */
export interface HostRequest {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly umask?: number | undefined;
  /** The folder of the test: no other one loads code from there. */
  readonly folder: string;
}

export interface HostAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Is this process no longer like a new one? It has loaded code of several, it was to end, or something is still open. */
  readonly isSpent: boolean;
  /** Has it loaded code from the folder of the test? It may change until the next run there. */
  readonly hasLoaded: boolean;
}

interface Run {
  readonly folder: string;
  readonly stdout: Buffer[];
  readonly stderr: Buffer[];
  readonly ended: PromiseWithResolvers<number>;
}

// This program loads the installed command once, and runs it again and again: its start takes longer than most runs.
const cli = process.argv[2] ?? '';
const ownUmask = process.umask();
const runs = new AsyncLocalStorage<Run>();
let current: Run | undefined;
let isSpent = false;
let hasLoaded = false;

watchCode(pathToFileURL(join(dirname(cli), '..', '..', '/')).href);
collectOutput();
keepRunning();
const { main } = (await import(pathToFileURL(join(dirname(cli), '..', 'dist', 'main.js')).href)) as {
  readonly main: (args: readonly string[]) => Promise<void>;
};
process.on('message', (request: HostRequest) => void answer(request).then((found) => process.send?.(found)));

/** Code of plugins and configs may change between two runs, but is loaded once. */
function watchCode(installed: string): void {
  registerHooks({
    load: (url, context, next) => {
      if (current && url.startsWith(current.folder)) hasLoaded = true;
      else if (!url.startsWith('node:') && !url.startsWith(installed)) isSpent = true;
      return next(url, context);
    },
  });
}

/** What the command writes to its standard streams goes to the run that wrote it. */
function collectOutput(): void {
  const { writeSync } = fs;
  const collect = (name: 'stdout' | 'stderr', bytes: Uint8Array) =>
    void (runs.getStore() ?? current)?.[name].push(Buffer.from(bytes));
  fs.writeSync = ((fd: number, data: Uint8Array, offset: number | null = 0, ...rest: readonly unknown[]) => {
    if (fd !== 1 && fd !== 2) return (writeSync as (...all: readonly unknown[]) => number)(fd, data, offset, ...rest);
    const bytes = data.subarray(offset ?? 0);
    collect(fd === 1 ? 'stdout' : 'stderr', bytes);
    return bytes.byteLength;
  }) as typeof fs.writeSync;
  syncBuiltinESMExports();
  for (const name of ['stdout', 'stderr'] as const)
    process[name].write = (data: Uint8Array | string, ...rest: readonly unknown[]) => {
      const [encoding] = rest.filter((each) => typeof each === 'string');
      collect(name, typeof data === 'string' ? Buffer.from(data, encoding as BufferEncoding | undefined) : data);
      const [done] = rest.filter((each) => typeof each === 'function');
      if (done) process.nextTick(done);
      return true;
    };
}

/** What ends the process ends the run. */
function keepRunning(): void {
  const exit = process.exit.bind(process);
  process.on('disconnect', () => exit());
  process.exit = ((code: number | string | null | undefined = process.exitCode) => {
    const run = runs.getStore() ?? current;
    // A timer of a run that has ended, as each command leaves one for a second.
    if (run !== current) return;
    isSpent = true;
    run?.ended.resolve(Number(code ?? 0));
  }) as typeof process.exit;
}

async function answer({ args, cwd, env, umask = ownUmask, folder }: HostRequest): Promise<HostAnswer> {
  const ended = Promise.withResolvers<number>();
  const run: Run = { folder: pathToFileURL(join(folder, '/')).href, stdout: [], stderr: [], ended };
  [current, hasLoaded] = [run, false];
  using _ = keepListeners();
  // A command that waits for nothing sees the end of its process.
  process.channel?.unref();
  const open = openHandles();
  process.chdir(cwd);
  process.umask(umask);
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  Object.assign(process.env, env);
  process.argv.splice(1, process.argv.length, cli, ...args);
  process.exitCode = undefined;
  // What is thrown reaches the handlers of the command, as in a process of its own.
  void runs.run(run, () => main(args).then(() => ended.resolve(Number(process.exitCode ?? 0))));
  const code = await ended.promise;
  await setImmediate();
  if (openHandles() > open) isSpent = true;
  current = undefined;
  process.channel?.ref();
  const [stdout, stderr] = [run.stdout, run.stderr].map((chunks) => Buffer.concat(chunks).toString());
  return { code, stdout: stdout ?? '', stderr: stderr ?? '', isSpent, hasLoaded };
}

function openHandles(): number {
  return process.getActiveResourcesInfo().length;
}

/** Removes at the end what was added; for the command that is its exit. */
function keepListeners(): Disposable {
  const emitters: readonly EventEmitter[] = [process, process.stdout, process.stderr];
  const listenersOf = () =>
    emitters.flatMap((emitter) =>
      emitter
        .eventNames()
        .flatMap((name) => emitter.rawListeners(name).map((listener) => ({ emitter, name, listener }))),
    );
  const before = new Set(listenersOf().map(({ listener }) => listener));
  return {
    [Symbol.dispose]: () => {
      for (const { emitter, name, listener } of listenersOf()) {
        if (before.has(listener)) continue;
        if (name === 'exit') listener.call(emitter, process.exitCode);
        emitter.off(name, listener as (...args: unknown[]) => void);
      }
    },
  };
}
