import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { atomicWrite, decodeText, KitwrightError, systemError } from '@kitwright/core/internal';
import { openConfig } from '../config/openConfig.ts';
import { parseJsonConfig } from '../config/readConfigFile.ts';
import { isOwn } from '../trust/isOwn.ts';
import type { FoundPlugin, PluginPlace } from './PluginPlace.ts';
import { packageIntegrity } from './packageIntegrity.ts';

/** One plugin of `kitwright-plugins.lock`. */
export interface LockedPlugin {
  /** Of its package; for a file of the project its path, relative to the config: `./tools/gate.ts`. */
  readonly name: string;
  /** Only of a package. */
  readonly version?: string;
  readonly integrity: string;
}

const lockVersion = 1;

/** Absolute path of the lock beside a config file. */
export function lockBeside(config: string): string {
  return join(dirname(config), 'kitwright-plugins.lock');
}

/** A plugin as the lock would list it now. Throws `plugin-invalid`. */
export function lockedPlugin(found: FoundPlugin): LockedPlugin {
  const { pack } = found;
  const integrity = packageIntegrity(found);
  return pack ? { name: pack.name, version: pack.version, integrity } : { name: pathName(found), integrity };
}

function pathName({ place, file }: FoundPlugin): string {
  const path = relative(dirname(place.source.file), file).split(sep).join('/');
  return path.startsWith('../') ? path : `./${path}`;
}

/** Writes the lock, sorted by name, each plugin once. Throws `store-failed`. */
export function writeLock(path: string, plugins: readonly LockedPlugin[]): void {
  const unique = new Map(plugins.map((each) => [JSON.stringify(each), each]));
  const sorted = [...unique.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  try {
    atomicWrite(path, `${JSON.stringify({ lockVersion, plugins: sorted }, undefined, 2)}\n`);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
}

/**
 * What the lock beside a plugin's config lists; undefined without one. Throws `config-invalid`, and `config-untrusted` for
 * a lock of another user than the config.
 */
export function readLock({ source, owner }: PluginPlace): readonly LockedPlugin[] | undefined {
  const path = lockBeside(source.file);
  if (!existsSync(path)) return undefined;
  const file = openConfig(path, 'refuse-links');
  if (!isOwn(file.owner) && file.owner !== owner)
    throw new KitwrightError('config-untrusted', `${basename(path)} belongs to another user (${file.owner}).`, {
      source: { file: path },
    });
  const value = parseJsonConfig(path, decodeText(file.bytes, path, 'config-invalid'));
  if (!isLock(value))
    throw new KitwrightError('config-invalid', `${basename(path)} is not of version ${lockVersion}, or damaged.`, {
      source: { file: path },
      hint: 'Write it again with "kitwright plugins lock".',
    });
  return value.plugins;
}

function isLock(value: unknown): value is { readonly plugins: readonly LockedPlugin[] } {
  const { lockVersion: found, plugins } = (value ?? {}) as {
    readonly lockVersion?: unknown;
    readonly plugins?: unknown;
  };
  return found === lockVersion && Array.isArray(plugins) && plugins.every(isLocked);
}

function isLocked(value: unknown): boolean {
  const { name, version = '', integrity } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return [name, version, integrity].every((each) => typeof each === 'string');
}
