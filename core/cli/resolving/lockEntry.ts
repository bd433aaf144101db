import { renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryName, tryLock } from '@kitwright/core/internal';

/** How often a lock is touched, how long one that is not touched is believed, and how often to look, in ms. */
const [heartbeat, usualPatience, interval] = [5000, 60_000, 200];

/** Takes the lock of an entry if nobody has it. */
export function tryEntry(base: string, name: string): Disposable | undefined {
  const path = join(base, `.lock-${name}`);
  const lock = tryLock(path, base);
  if (!lock) return undefined;
  const timer = setInterval(() => touch(path), heartbeat);
  timer.unref();
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      lock[Symbol.dispose]();
    },
  };
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Whoever took it away waits no longer than this process works.
  }
}

/** Waits for whoever has the lock of an entry; `told` is called once if it must wait. */
export async function lockEntry(
  base: string,
  name: string,
  signal: AbortSignal,
  told: () => void,
  patience = usualPatience,
): Promise<Disposable> {
  const path = join(base, `.lock-${name}`);
  let seen = { time: lockTime(path), at: performance.now() };
  for (let waits = 0; ; waits++) {
    signal.throwIfAborted();
    const lock = tryEntry(base, name);
    if (lock) return lock;
    if (waits === 5) told();
    const time = lockTime(path);
    if (time !== seen.time) seen = { time, at: performance.now() };
    else if (performance.now() - seen.at > patience) dropSilent(path, base);
    await delay(interval, undefined, { signal });
  }
}

function lockTime(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** Its holder is on a machine that cannot be asked, and has not touched it for a minute of ours. */
function dropSilent(path: string, base: string): void {
  const aside = join(base, temporaryName('.gone'));
  try {
    renameSync(path, aside);
  } catch {
    // Somebody else did.
  }
  rmSync(aside, { force: true });
}
