import { lstatSync, statSync } from 'node:fs';
import { isBuiltin, type ResolveHookSync, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { fromNative } from './bytePath.ts';
import { displayPath } from './displayPath.ts';
import { foreignManifest, foreignPackageFirst, foreignRoute } from './foreignRoute.ts';
import { ownersOf } from './ownersOf.ts';

/** Users whose modules run here: this one, root, who installed this package, and whose code was trusted. */
const trusted = new Set<number>();

/**
 * Before code of a project or a plugin runs that belongs to `owner`: from now on this thread imports no module of somebody else.
 * Node looks for packages in all directories above, also where others can write. Imports throw `config-untrusted`, and so does
 * this for the `package.json` that Node would read before `file`.
 */
export function guardModules(owner: number, file?: string): void {
  const own = process.getuid?.();
  if (own === undefined) return;
  const isFirst = trusted.size === 0;
  for (const uid of isFirst ? [own, 0, ...ownersHere()] : []) trusted.add(uid);
  trusted.add(owner);
  if (isFirst) registerHooks({ resolve: guardedResolve });
  const manifest = file === undefined ? undefined : foreignManifest(file, (uid) => trusted.has(uid));
  if (manifest !== undefined) throw refused('file', manifest, lstatSync(manifest).uid, ownManifest);
}

/** Its name stands in the stack of whatever Node does not find: who looks for the file that failed passes it over. */
const guardedResolve: ResolveHookSync = (specifier, context, next) => {
  const from = context.parentURL?.startsWith('file:') ? fileURLToPath(context.parentURL) : undefined;
  const isTrusted = (uid: number) => trusted.has(uid);
  if (from !== undefined && !isBuiltin(specifier)) requireOwn(foreignPackageFirst({ specifier, from }, isTrusted));
  const found = next(specifier, context);
  if (!found.url.startsWith('file:')) return found;
  const file = fileURLToPath(found.url);
  const other = ownersAt(file).find((uid) => !trusted.has(uid));
  if (other !== undefined) throw refused('module', file, other);
  if (from !== undefined) requireOwn(foreignRoute({ specifier, from, found: file }, isTrusted));
  return found;
};

function requireOwn(foreign: string | undefined): void {
  if (foreign !== undefined) throw refused('way to a module', foreign, lstatSync(foreign).uid);
}

/** An executable holds this module itself. */
function ownersHere(): readonly number[] {
  try {
    return [statSync(fileURLToPath(import.meta.url)).uid];
  } catch {
    return [];
  }
}

const ownModules = 'Install what is imported yourself, in the directory of what imports it.';
const ownManifest = 'Node would read it first: put a package.json of your own beside what runs.';

function refused(what: string, file: string, owner: number, hint = ownModules): KitwrightError {
  const path = displayPath(fromNative(file));
  return new KitwrightError(
    'config-untrusted',
    `The ${what} ${path} belongs to another user (${owner}): nothing there runs.`,
    {
      data: { path, owner },
      hint,
    },
  );
}

/** What is not there, Node says better. */
function ownersAt(file: string): readonly number[] {
  try {
    return ownersOf(file);
  } catch {
    return [];
  }
}
