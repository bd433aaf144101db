import { mkdtempSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromNative } from '../files/bytePath.ts';
import { isOursAlone } from '../files/isOursAlone.ts';
import { makeDirectories } from '../files/makeDirectories.ts';
import { dataRoot } from './openStore.ts';

/**
 * A folder for what one call needs in between, which it removes: in the system's temporary folder, or below the root of the
 * data where others may rename what lies there (a scratch disk for everybody, without the sticky bit), and could put a folder
 * of their own in its place. Throws what the system says.
 */
export function privateScratch(
  name: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Disposable & { readonly path: string } {
  const path = makeFolder(`kitwright-${name}-`, env);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function makeFolder(prefix: string, env: Readonly<Record<string, string | undefined>>): string {
  // A link on the way there may lead elsewhere later.
  const usual = mkdtempSync(join(realpathSync(tmpdir()), prefix));
  if (process.geteuid === undefined || isOursAlone(fromNative(usual))) return usual;
  dropEmpty(usual);
  const folder = join(dataRoot(undefined, env), 'cache', 'scratch');
  makeDirectories(folder, 0o700);
  return mkdtempSync(join(folder, prefix));
}

/** Others can put another folder in its place, of which nothing is removed. */
function dropEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is theirs now.
  }
}
