import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isLeftover, makeDirectories, temporaryName } from '@kitwright/core/internal';
import type { Session } from './Session.ts';

/**
 * A private folder below the root of the data, on the disk of the store, for what one command needs in between. What
 * commands that were killed left there goes first.
 */
export function scratchFolder({ stores }: Session, name: string): Disposable & { readonly path: string } {
  const folder = join(stores().root, 'cache', name);
  makeDirectories(folder, 0o700);
  for (const left of readdirSync(folder)) if (isLeftover(left, name)) remove(join(folder, left));
  const path = join(folder, temporaryName(name));
  mkdirSync(path, { mode: 0o700 });
  return { path, [Symbol.dispose]: () => remove(path) };
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
