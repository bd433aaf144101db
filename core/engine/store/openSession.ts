import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemError } from '../errors/systemError.ts';
import { atomicWrite, temporaryName } from '../files/atomicWrite.ts';
import { isGone, ownIdentity, parseIdentity } from './processIdentity.ts';
import type { StoreLayout } from './storeLayout.ts';

/** Announces that this process is writing: `gc` spares everything younger than the oldest session. */
export function openSession(layout: StoreLayout): Disposable {
  const path = join(layout.sessions, temporaryName('session'));
  try {
    atomicWrite(path, JSON.stringify(ownIdentity()), layout.tmp);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

/**
 * Start of the oldest running session in ms since 1970, Infinity if there is none. Sessions of dead processes are
 * removed.
 */
export function oldestSession(layout: StoreLayout): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (const name of readdirSync(layout.sessions)) {
    const path = join(layout.sessions, name);
    try {
      const holder = parseIdentity(readFileSync(path, 'utf8'));
      if (holder && isGone(holder)) rmSync(path, { force: true });
      else oldest = Math.min(oldest, statSync(path).mtimeMs);
    } catch {
      // It ended while we looked.
    }
  }
  return oldest;
}
