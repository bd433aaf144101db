import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { splitWords } from '../watching/splitWords.ts';

/**
 * Where the config of a project is looked for; undefined for a command that builds nothing: it reads none. Whoever only
 * lists, moves or unpacks kits may stand anywhere, also in a directory of a stranger.
 */
export function projectDirectory(command: Command): string | undefined {
  return places[nameOf(command)]?.(command);
}

/** The commands that read the config of a project: all that build a kit or show how one would be built. */
const places: Readonly<Record<string, (command: Command) => string>> = {
  pack: ({ args }) => existing(args[0]),
  watch: ({ args }) => existing(splitWords(args, process.argv.slice(2)).directories[0]),
  init: (command) => (command.opts<{ readonly remote?: boolean }>().remote ? '.' : existing(command.args[0])),
  // A repository may be called like a directory here, and is none.
  import: () => '.',
  'config print': ({ args }) => existing(args[0]),
};

/** A directory that is not there is an error of the command itself. */
function existing(directory = '.'): string {
  return isDirectory(directory) ? directory : '.';
}

/** What cannot be asked for, such as a link to itself, is none. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** `config print`: without the name of the program. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}
