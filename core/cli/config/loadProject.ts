import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { asKitwrightError } from '../output/errorText.ts';
import type { Project } from '../Session.ts';
import { findConfig } from './findConfig.ts';
import { loadPlugins } from './loadPlugins.ts';

/** Commands that build or send kits: a plugin of the project may refuse that, so its config must be readable. */
const depending: ReadonlySet<string> = new Set([
  'pack',
  'watch',
  'import',
  'push',
  'copy',
  'index push',
  'config print',
]);

/**
 * The config and the plugins of the project. A command that only looks does without a config that cannot be read. Throws
 * `config-invalid`, `plugin-invalid`.
 */
export async function loadProject(
  command: Command,
  warn: (message: string) => void,
): Promise<Pick<Project, 'found' | 'plugins'>> {
  try {
    const found = await findConfig(directoryOf(command));
    return { found, plugins: await loadPlugins(found) };
  } catch (error) {
    if (depending.has(nameOf(command))) throw error;
    const { message, source } = asKitwrightError(error);
    warn(`The config of the project is left out. ${message}${source ? ` (${source.file})` : ''}`);
    return { found: undefined, plugins: [] };
  }
}

/** Where the config file is looked for: the packed directory, else the current one. */
function directoryOf({ args: [first] }: Command): string {
  return first !== undefined && isDirectory(first) ? first : '.';
}

/** What cannot be asked for, such as a link to itself, is none. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** `index push`: without the name of the program. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}
