import { dirname, join, sep } from 'node:path';
import { readPlainFile } from '@kitwright/core/internal';
import type { PluginPackage } from './PluginPlace.ts';

/** The largest `package.json`, in bytes. */
const maxBytes = 1024 * 1024;

/**
 * The package that a file belongs to: the installed one, or else the nearest folder above it whose `package.json` has a
 * name. Folders of a package may have a `package.json` of their own.
 */
export function packageOf(file: string): PluginPackage | undefined {
  const installed = installedFolder(file);
  const found = installed === undefined ? undefined : packageIn(installed);
  if (found) return found;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const nearest = packageIn(folder);
    if (nearest) return nearest;
    if (dirname(folder) === folder) return undefined;
  }
}

/** What lies directly below the last `node_modules` of a path. */
function installedFolder(file: string): string | undefined {
  const parts = file.split(sep);
  const at = parts.lastIndexOf('node_modules');
  if (at < 0) return undefined;
  const length = parts[at + 1]?.startsWith('@') ? 2 : 1;
  return parts.slice(0, at + 1 + length).join(sep);
}

function packageIn(folder: string): PluginPackage | undefined {
  const { name, version } = manifestIn(folder);
  if (typeof name !== 'string' || name === '') return undefined;
  return { name, version: typeof version === 'string' ? version : '', folder };
}

function manifestIn(folder: string): { readonly name?: unknown; readonly version?: unknown } {
  try {
    const value: unknown = JSON.parse(readPlainFile(join(folder, 'package.json'), maxBytes).toString());
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
