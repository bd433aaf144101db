import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { KitwrightError, messageOf, type Plugin } from '@kitwright/core/internal';
import { isOwn } from '../trust/isOwn.ts';
import { ownerOf } from '../trust/requireOwner.ts';
import type { FoundConfig, FoundUserConfig } from './FoundConfig.ts';
import { withoutWarnings } from './withoutWarnings.ts';

/** The plugins that a config file names, resolved from its directory. Throws `plugin-invalid`, `config-untrusted`. */
export async function loadPlugins(found: FoundConfig | FoundUserConfig | undefined): Promise<readonly Plugin[]> {
  if (!found) return [];
  return Promise.all(
    (found.config.plugins ?? []).map((entry) => {
      if (typeof entry === 'string') return importPlugin(entry, undefined, found);
      if (Array.isArray(entry)) return importPlugin(entry[0], entry[1], found);
      return entry as Plugin;
    }),
  );
}

type Factory = (options?: unknown) => Plugin;

/** The default export of a package: a plugin, or a function that makes one from its options. */
async function importPlugin(
  name: string,
  options: unknown,
  { path, owner }: FoundConfig | FoundUserConfig,
): Promise<Plugin> {
  let exported: unknown;
  try {
    const file = createRequire(path).resolve(name);
    requireOwnerOf(file, owner);
    exported = ((await withoutWarnings(() => import(pathToFileURL(file).href))) as { readonly default?: unknown })
      .default;
  } catch (error) {
    if (error instanceof KitwrightError) throw error;
    throw new KitwrightError('plugin-invalid', `The plugin ${name} of ${path} cannot be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (typeof exported === 'function') return (exported as Factory)(options);
  if (typeof exported === 'object' && exported !== null) return exported as Plugin;
  throw new KitwrightError('plugin-invalid', `The package ${name} exports no plugin by default.`);
}

/** Node may find a package above the trusted directory, where others can write, such as the temporary folder. */
function requireOwnerOf(file: string, trusted: number): void {
  const owner = ownerOf(file);
  if (isOwn(owner) || owner === trusted) return;
  throw new KitwrightError('config-untrusted', `The plugin ${file} belongs to another user (${owner}).`);
}
