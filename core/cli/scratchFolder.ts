import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isGone, temporaryName } from '@kitwright/core/internal';
import type { Session } from './Session.ts';

/**
 * A private folder below the root of the data, on the disk of the store, for what one command needs in between. What
 * commands that were killed left there goes first.
 */
export function scratchFolder({ stores }: Session, name: string): Disposable & { readonly path: string } {
  const folder = join(stores().root, 'cache', name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const left of readdirSync(folder)) if (isLeft(left)) remove(join(folder, left));
  const path = join(folder, temporaryName(name));
  mkdirSync(path, { mode: 0o700 });
  return { path, [Symbol.dispose]: () => remove(path) };
}

/** The name tells whose it is. */
function isLeft(name: string): boolean {
  const pid = Number(/-(\d+)-[0-9a-f]{16}$/.exec(name)?.[1] ?? 0);
  return pid !== 0 && isGone({ pid, host: hostname(), started: '' });
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
