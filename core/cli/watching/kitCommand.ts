import { spawn } from 'node:child_process';
import { ignoringLine } from '../signals/ignoringCommand.ts';
import type { KitEvent } from './WatchEvent.ts';
import type { WatchFeed } from './watchFeed.ts';

/** Runs a command for each kit. */
export interface KitCommand {
  readonly ring: (kit: KitEvent) => void;
  /** Waits for the running command and for those in the queue. */
  readonly drain: () => Promise<void>;
}

/** Runs the command of `--on-kit` for one kit after the other. A failure is reported, and the watch continues. */
export function createKitCommand(feed: WatchFeed, command: string, signal: AbortSignal): KitCommand {
  let running = Promise.resolve();
  const run = async (kit: KitEvent): Promise<void> => {
    if (signal.aborted) return;
    const status = await runShell(command, environmentOf(kit), signal);
    feed.emit({ type: 'ran', count: kit.count, status });
  };
  return {
    ring: (kit) => {
      running = running.then(() => run(kit));
    },
    drain: () => running,
  };
}

function runShell(command: string, env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<number> {
  // Its output goes to stderr, because stdout belongs to the watch or the training.
  const child = spawn(`${ignoringLine()}${command}`, {
    shell: true,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...env },
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  child.on('error', () => resolve(127));
  child.on('exit', (code) => resolve(code ?? 1));
  return promise.finally(() => signal.removeEventListener('abort', end));
}

/** The variables of the command: none of their values is parsed by a shell. */
function environmentOf({ count, digest, names, step, metrics }: KitEvent): Readonly<Record<string, string>> {
  return {
    KITWRIGHT_KIT: String(count),
    KITWRIGHT_DIGEST: digest,
    KITWRIGHT_REFERENCE: names.at(-1) ?? '',
    KITWRIGHT_REFERENCES: names.join(' '),
    KITWRIGHT_STEP: step === null ? '' : String(step),
    KITWRIGHT_METRICS: JSON.stringify(metrics),
  };
}
