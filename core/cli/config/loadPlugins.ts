import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { KitwrightError, messageOf, type Plugin } from '@kitwright/core/internal';
import type { FoundConfig } from './findConfig.ts';
import { withoutWarnings } from './withoutWarnings.ts';

/** The plugins that a config file names, resolved from its directory. Throws `plugin-invalid`. */
export async function loadPlugins(found: FoundConfig | undefined): Promise<readonly Plugin[]> {
  const entries = found?.config.plugins ?? [];
  return Promise.all(
    entries.map((entry) => {
      if (typeof entry === 'string') return importPlugin(entry, undefined, found?.path ?? '');
      if (Array.isArray(entry)) return importPlugin(entry[0], entry[1], found?.path ?? '');
      return entry as Plugin;
    }),
  );
}

type Factory = (options?: unknown) => Plugin;

/** A package's default export: a plugin, or a function that makes one of its options. */
async function importPlugin(name: string, options: unknown, path: string): Promise<Plugin> {
  let exported: unknown;
  try {
    const file = createRequire(path).resolve(name);
    exported = ((await withoutWarnings(() => import(pathToFileURL(file).href))) as { readonly default?: unknown })
      .default;
  } catch (error) {
    throw new KitwrightError('plugin-invalid', `The plugin ${name} of ${path} cannot be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (typeof exported === 'function') return (exported as Factory)(options);
  if (typeof exported === 'object' && exported !== null) return exported as Plugin;
  throw new KitwrightError('plugin-invalid', `The package ${name} exports no plugin by default.`);
}
