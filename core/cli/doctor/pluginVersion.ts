import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packagedVersion } from '../executable/packagedVersion.ts';

/**
 * The version of the package that a plugin is named after, seen from a file; undefined for a plugin that is no package.
 */
export function pluginVersion(name: string, from: string): string | undefined {
  try {
    return versionAbove(dirname(createRequire(from).resolve(name)), name) ?? packagedVersion(name);
  } catch {
    return packagedVersion(name);
  }
}

/** Walks from a file of a package to its `package.json`. */
function versionAbove(directory: string, name: string): string | undefined {
  const path = join(directory, 'package.json');
  const version = existsSync(path) ? versionIn(path, name) : undefined;
  const parent = dirname(directory);
  return version ?? (parent === directory ? undefined : versionAbove(parent, name));
}

function versionIn(path: string, name: string): string | undefined {
  const { name: found, version } = JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
  return found === name ? version : undefined;
}
