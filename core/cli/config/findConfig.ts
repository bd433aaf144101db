import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText } from '@kitwright/core/internal';
import type { ConfigFile } from './ConfigFile.ts';
import { configFolders } from './configFolders.ts';
import { openConfig } from './openConfig.ts';
import { parseJsonConfig } from './readConfigFile.ts';

const suffixes = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json', 'yaml', 'yml'];
const names = suffixes.map((suffix) => `kitwright.config.${suffix}`);

/** Finds the config file of a directory, in it or above it, and opens it. Throws `config-invalid`. */
export function findConfig(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): ConfigFile | undefined {
  for (const folder of configFolders(directory, env)) {
    const path = configIn(folder);
    if (path !== undefined) return openConfig(path, 'refuse-links');
  }
  return undefined;
}

function configIn(folder: string): string | undefined {
  const manifest = join(folder, 'package.json');
  return holdsConfig(manifest) ? manifest : names.map((name) => join(folder, name)).find(existsSync);
}

/**
 * Does a package.json have settings? If it names us but cannot be parsed, that is an error, because settings may be in
 * it.
 */
function holdsConfig(path: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return isLinkToConfig(path);
  const bytes = bytesOf(path);
  if (!bytes?.toString('latin1').replaceAll('\0', '').includes('kitwright')) return false;
  const value = parseJsonConfig(path, decodeText(bytes, path, 'config-invalid'));
  return typeof value === 'object' && value !== null && 'kitwright' in value;
}

/** Then it is refused as a link. A file that cannot be parsed may be any other one, and its text is not shown. */
function isLinkToConfig(path: string): boolean {
  try {
    const value: unknown = JSON.parse(bytesOf(path)?.toString() ?? '');
    return typeof value === 'object' && value !== null && 'kitwright' in value;
  } catch {
    return false;
  }
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return openConfig(path, 'follow-links').bytes;
  } catch {
    return undefined;
  }
}
