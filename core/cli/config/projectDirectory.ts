import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { splitWords } from '../watching/splitWords.ts';

/**
 * The directory in which to search the config of a project; undefined for a command that builds nothing and reads no
 * config. Listing, moving or unpacking kits must be safe in any directory, also in another user's.
 */
export function projectDirectory(command: Command): string | undefined {
  return places[nameOf(command)]?.(command);
}

const lockCommand = 'plugins lock';

/** Does the command lock the plugins that the configs name? Then none of them runs. */
export function writesLock(command: Command): boolean {
  return nameOf(command) === lockCommand;
}

/** The commands that read the config of a project: all that build a kit or show how one would be built. */
const places: Readonly<Record<string, (command: Command) => string>> = {
  pack: ({ args }) => existing(args[0]),
  watch: ({ args }) => existing(splitWords(args, process.argv.slice(2)).directories[0]),
  init: (command) => (command.opts<{ readonly remote?: boolean }>().remote ? '.' : existing(command.args[0])),
  // A repository that has the name of a local directory is not that directory.
  import: () => '.',
  'config print': ({ args }) => existing(args[0]),
  plugins: ({ args }) => existing(args[0]),
  [lockCommand]: ({ args }) => existing(args[0]),
};

/** The command itself reports a directory that does not exist. */
function existing(directory = '.'): string {
  return isDirectory(directory) ? directory : '.';
}

/** A path that cannot be read, such as a link to itself, is not a directory. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The words of the command without the name of the program: `config print`. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}
