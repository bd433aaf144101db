import { existsSync, lstatSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  foreignManifest,
  foreignPackageFirst,
  foreignRoute,
  KitwrightError,
  messageOf,
  ownersOf,
} from '@kitwright/core/internal';
import { isOwn } from '../trust/isOwn.ts';
import { installCommand } from './installCommand.ts';
import type { FoundPlugin, PluginPlace } from './PluginPlace.ts';
import { packageOf } from './packageOf.ts';
import { placeError } from './placeError.ts';
import { resolveFrom } from './resolveFrom.ts';

/**
 * The file of a plugin by its name in a config: paths and file URLs as they are, relative to the config; packages as
 * `import` in the config would find them. A name without a scope that does not begin with `kitwright-` may be short for
 * `@kitwright/NAME` or `kitwright-plugin-NAME`. Nothing runs. Throws `plugin-invalid`, `config-untrusted`.
 */
export function findPlugin(place: PluginPlace, name: string): FoundPlugin {
  requireOwnManifest(place);
  const found = isPath(name) ? requireOwner(place, fileAt(place, name)) : packageNamed(place, name);
  return { ...found, place, pack: foreignPackage(place, found.file) };
}

type Found = Pick<FoundPlugin, 'name' | 'file' | 'url'>;

/** Is it the path or URL of a file, and no package? */
export function isPath(name: string): boolean {
  return /^(?:\.{1,2}(?:[/\\]|$)|file:)/.test(name) || isAbsolute(name);
}

function fileAt(place: PluginPlace, name: string): Found {
  try {
    const path = name.startsWith('file:') ? fileURLToPath(name) : name;
    const file = createRequire(place.source.file).resolve(path);
    return { name, file, url: pathToFileURL(file).href };
  } catch (cause) {
    throw placeError(place, {
      code: 'plugin-invalid',
      problem: `does not exist: there is no such file, seen from ${dirname(place.source.file)}`,
      hint: 'Paths are relative to the config file.',
      cause,
    });
  }
}

function packageNamed(place: PluginPlace, name: string): Found {
  // Nobody may have a longer name that is made of a full one: a hint to install it would lead to a stranger's package.
  const names = /^(?:@|kitwright-)/.test(name) ? [name] : [name, `@kitwright/${name}`, `kitwright-plugin-${name}`];
  let foreign: unknown;
  for (const candidate of names)
    try {
      requireOwnPackage(place, candidate);
      const found = lookUp(place, candidate);
      if (found) return requireOwner(place, found);
    } catch (error) {
      // A short name may be another user's, above.
      if (!(error instanceof KitwrightError && error.code === 'config-untrusted')) throw error;
      foreign ??= error;
    }
  if (foreign !== undefined) throw foreign;
  throw notFound(place, names);
}

/** Undefined if there is no such package. A module of Node, such as `http`, is no plugin. */
function lookUp(place: PluginPlace, name: string): Found | undefined {
  const config = place.source.file;
  try {
    const url = resolveFrom(config, name);
    return url.startsWith('file:') ? { name, file: fileURLToPath(url), url } : undefined;
  } catch (cause) {
    if (cause instanceof KitwrightError) throw cause;
    const code = (cause as { readonly code?: unknown }).code;
    if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return forRequire(place, name, cause);
    if (typeof code !== 'string' || !notFoundCodes.has(code)) throw unusable(place, name, cause);
    if (findManifest(name, config) === undefined) return undefined;
    throw unusable(place, name, cause);
  }
}

const notFoundCodes: ReadonlySet<string> = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_INVALID_MODULE_SPECIFIER',
  'ERR_UNSUPPORTED_ESM_URL_SCHEME',
]);

/** A package that names no file for `import` may have one for `require`. */
function forRequire(place: PluginPlace, name: string, cause: unknown): Found {
  try {
    const file = createRequire(place.source.file).resolve(name);
    return { name, file, url: pathToFileURL(file).href };
  } catch {
    throw unusable(place, name, cause);
  }
}

function findManifest(name: string, config: string): string | undefined {
  try {
    return findPackageJSON(name, pathToFileURL(config));
  } catch {
    return undefined;
  }
}

/**
 * The package of a file, if it is another one than that of the config. Otherwise the file belongs to the project, as its
 * config does.
 */
function foreignPackage({ source }: PluginPlace, file: string) {
  const pack = packageOf(file);
  return pack?.folder === packageOf(source.file)?.folder ? undefined : pack;
}

function notFound(place: PluginPlace, names: readonly string[]) {
  return placeError(place, {
    code: 'plugin-invalid',
    problem: `is not installed for ${dirname(place.source.file)}; looked for: ${names.join(', ')}`,
    hint: installHint(installCommand(place, names.at(-1) ?? ''), names),
  });
}

function installHint(command: string | undefined, names: readonly string[]): string {
  if (command === undefined) return 'Name a package as npm names it, and a file by "./", "../" or an absolute path.';
  const other = names.length > 1 ? ', or under the other name that it has' : '';
  return `Install it: "${command}"${other}. For a file write "./${names[0]}".`;
}

function unusable(place: PluginPlace, name: string, cause: unknown) {
  return placeError(place, {
    code: 'plugin-invalid',
    problem: `was found as ${name}, but has no module to import: ${messageOf(cause)}`,
    hint: 'The "exports" of its package.json must name a file that exists: build the plugin, or tell its author.',
    cause,
  });
}

function notBuilt(found: FoundPlugin) {
  return placeError(found, {
    code: 'plugin-invalid',
    problem: 'is there, but this file is not',
    hint: 'Build the plugin, or install it again.',
  });
}

/** Ours, root's, or of whom the config is that names the plugin. */
function trustedIn({ owner }: PluginPlace) {
  return (uid: number): boolean => isOwn(uid) || uid === owner;
}

/** Node reads the nearest one before it looks for anything. */
function requireOwnManifest(place: PluginPlace): void {
  const foreign = foreignManifest(place.source.file, trustedIn(place));
  if (foreign === undefined) return;
  throw placeError(place, {
    code: 'config-untrusted',
    problem: `cannot be looked for: ${foreign} belongs to another user, or is no plain file`,
    hint: 'Put a package.json of your own beside the config.',
  });
}

/** Node reads the nearest one of this name, also a pipe. */
function requireOwnPackage(place: PluginPlace, name: string): void {
  const route = { specifier: name, from: place.source.file };
  const foreign = foreignPackageFirst(route, trustedIn(place));
  if (foreign === undefined) return;
  throw placeError(place, {
    code: 'config-untrusted',
    problem: `is found by way of ${foreign}, which belongs to another user (${lstatSync(foreign).uid})`,
    hint: 'Install the plugin yourself, in the directory of the config.',
  });
}

/** Node may find a package above the trusted directory, where others can write, such as the temporary folder. */
function requireOwner(place: PluginPlace, found: Found): Found {
  const { name, file } = found;
  if (!existsSync(file)) throw notBuilt({ ...found, place, pack: packageOf(file) });
  const isTrusted = trustedIn(place);
  const route = { specifier: name, from: place.source.file, found: file };
  const foreign = ownersOf(file).find((uid) => !isTrusted(uid)) ?? foreignRoute(route, isTrusted);
  if (foreign === undefined) return found;
  throw placeError(
    { ...found, place, pack: packageOf(file) },
    {
      code: 'config-untrusted',
      problem:
        typeof foreign === 'number'
          ? `belongs to another user (${foreign})`
          : `is found by way of ${foreign}, which belongs to another user`,
      hint: 'Install the plugin yourself, in the directory of the config.',
    },
  );
}
