import { closeSync, lstatSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf, isDiskFull, systemError } from '../errors/systemError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { giveName } from '../files/giveName.ts';
import { isGone, linkIdentity, ownIdentity, readIdentity } from './processIdentity.ts';

/** Waiting callers of this process, so that they queue instead of polling the file. */
const queues = new Map<string, Promise<unknown>>();

/** Runs `critical` while this process holds the store's lock. Throws `store-locked` after a minute of waiting. */
export function withLock<T>(path: string, temporaryDirectory: string, critical: () => T | Promise<T>): Promise<T> {
  const turn = async (): Promise<T> => {
    using _lock = await takeLock(path, temporaryDirectory);
    return await critical();
  };
  const result = (queues.get(path) ?? Promise.resolve()).then(turn, turn);
  queues.set(
    path,
    result.catch(() => undefined),
  );
  return result;
}

/** Takes a lock, also from who waits for it in this process. Throws `store-locked` after a minute of waiting. */
export async function takeLock(path: string, temporaryDirectory: string): Promise<Disposable> {
  try {
    await acquire(path, temporaryDirectory);
  } catch (error) {
    throw systemError(error, 'store-failed', 'lock', path);
  }
  return heldLock(path);
}

/** How long to wait for another process, and how often to look, in ms. */
const patience = 60_000;
const interval = 15;

async function acquire(path: string, temporaryDirectory: string): Promise<void> {
  let deadline: number | undefined;
  while (!claim(path, temporaryDirectory)) {
    deadline ??= performance.now() + patience;
    if (isLeftover(path)) removeLeftover(path, temporaryDirectory);
    else if (performance.now() > deadline) {
      throw new KitwrightError('store-locked', `The store is locked: ${path}.`, { data: { path } });
    } else await delay(interval + Math.random() * interval);
  }
}

/** Creates `path` with our identity in it; false if it is there. */
function claim(path: string, temporaryDirectory: string): boolean {
  try {
    return claimByFile(path, temporaryDirectory);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    return claimByLink(path);
  }
}

/** The file is complete from the first moment, where there are hard links: written elsewhere, then linked. */
function claimByFile(path: string, temporaryDirectory: string): boolean {
  const temporary = join(temporaryDirectory, temporaryName('lock'));
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(fd, JSON.stringify(ownIdentity()));
    closeSync(fd);
    giveName(temporary, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** On a full disk: so what frees room can be done. */
function claimByLink(path: string): boolean {
  try {
    linkIdentity(path, ownIdentity());
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** An empty or broken lock file is a leftover only after this time, in ms. */
const brokenAfter = 10_000;

function isLeftover(path: string): boolean {
  try {
    const holder = readIdentity(path);
    return holder ? isGone(holder) : Date.now() - lstatSync(path).mtimeMs > brokenAfter;
  } catch {
    return false;
  }
}

/**
 * Removes the lock of a process that is gone. Only one process at a time may judge, so no live lock is ever removed.
 */
function removeLeftover(path: string, temporaryDirectory: string): void {
  const judge = `${path}.judge`;
  if (isLeftover(judge)) rmSync(judge, { force: true });
  if (!claim(judge, temporaryDirectory)) return;
  try {
    if (isLeftover(path)) rmSync(path, { force: true });
  } finally {
    rmSync(judge, { force: true });
  }
}

/** Takes a lock if nobody living has it; undefined otherwise. */
export function tryLock(path: string, temporaryDirectory: string): Disposable | undefined {
  if (!claim(path, temporaryDirectory)) {
    if (!isLeftover(path)) return undefined;
    removeLeftover(path, temporaryDirectory);
    if (!claim(path, temporaryDirectory)) return undefined;
  }
  return heldLock(path);
}

function heldLock(path: string): Disposable {
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}
