import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PluginPackage } from './PluginPlace.ts';

/** The largest `package.json`, in characters. */
const maxLength = 1024 * 1024;

/** The package that a file belongs to: the nearest folder above it whose `package.json` has a name. */
export function packageOf(file: string): PluginPackage | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const { name, version } = manifestIn(folder);
    if (typeof name === 'string' && name !== '')
      return { name, version: typeof version === 'string' ? version : '', folder };
    if (dirname(folder) === folder) return undefined;
  }
}

/** Some folders of a package have a `package.json` of their own that names only the kind of its modules. */
function manifestIn(folder: string): { readonly name?: unknown; readonly version?: unknown } {
  try {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    const value: unknown = text.length > maxLength ? undefined : JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
