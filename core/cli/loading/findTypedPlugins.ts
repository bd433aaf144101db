import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KitwrightError, messageOf } from '@kitwright/core/internal';
import { findPlugin, isPath } from './findPlugin.ts';
import type { FoundPlugin, PluginPlace } from './PluginPlace.ts';
import { requireLocked } from './requireLocked.ts';

/**
 * The plugins of `--plugin NAME[=JSON]`. A path is relative to the current directory. A package is looked for below the
 * root of the data and beside the running command, never in the current directory: a name that is typed in a stranger's
 * directory must not run what lies there; `frozen` refuses what the lock in that place does not list. None of them runs
 * here. Throws `usage`, `plugin-invalid`, `plugin-not-locked`.
 */
export function findTypedPlugins(
  texts: readonly string[],
  root: string | undefined,
  frozen: boolean,
): readonly FoundPlugin[] {
  return texts.map((text) => {
    const { name, options } = parse(text);
    const found = find(name, options, root);
    if (frozen) requireLocked(found);
    return found;
  });
}

/** The options are JSON behind the first equals sign. */
function parse(text: string): { readonly name: string; readonly options: unknown } {
  const at = text.indexOf('=');
  if (at < 0) return { name: text, options: undefined };
  try {
    return { name: text.slice(0, at), options: JSON.parse(text.slice(at + 1)) as unknown };
  } catch (error) {
    throw new KitwrightError(
      'usage',
      `--plugin: the options of ${text.slice(0, at)} are no JSON: ${messageOf(error)}.`,
      {
        hint: `Quote them for the shell: --plugin '${text.slice(0, at)}={"name": "value"}'.`,
      },
    );
  }
}

function find(name: string, options: unknown, root: string | undefined): FoundPlugin {
  const folders = isPath(name) ? [process.cwd()] : [root, runningPackage()].filter((folder) => folder !== undefined);
  let failure: unknown;
  for (const folder of folders)
    try {
      return findPlugin(placeIn(folder, name, options, folder === root), name);
    } catch (error) {
      failure ??= error;
    }
  throw failure;
}

/** A program in a single file is not installed anywhere. */
function runningPackage(): string | undefined {
  try {
    return dirname(fileURLToPath(import.meta.resolve('kitwright/package.json')));
  } catch {
    return undefined;
  }
}

/** As if a config in this folder named it. */
function placeIn(folder: string, name: string, options: unknown, isHome: boolean): PluginPlace {
  return {
    position: '--plugin',
    source: { file: join(folder, 'config.json') },
    owner: process.getuid?.() ?? 0,
    isHome,
    entry: { name, options },
  };
}
