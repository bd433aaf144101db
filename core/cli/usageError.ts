import { KitwrightError, nearWords } from '@kitwright/core/internal';
import type { Command, CommanderError } from 'commander';

/** The error for a command line that commander refuses, with suggestions. */
export function usageError(
  { code, message }: CommanderError,
  program: Command,
  args: readonly string[],
): KitwrightError {
  const text = message.replace(/^error: /, '').split('\n')[0] ?? '';
  const near = nearWords(/'([^']*)'/.exec(text)?.[1] ?? '', knownWords(code, commandOf(program, args)));
  return new KitwrightError('usage', sentence(text), {
    hint: near.length ? `Did you mean ${near.join(' or ')}?` : `See "${helpOf(program, args)}".`,
  });
}

/** The command or subcommand that the words name. */
function commandOf(program: Command, args: readonly string[]): Command {
  let command = program;
  for (const word of args) {
    if (word === '--') break;
    command = command.commands.find((each) => each.name() === word) ?? command;
  }
  return command;
}

function knownWords(code: string, command: Command): readonly string[] {
  if (code === 'commander.unknownCommand')
    return command
      .createHelp()
      .visibleCommands(command)
      .map((each) => each.name());
  if (code !== 'commander.unknownOption') return [];
  const owners = [command, command.parent, command.parent?.parent].filter((each) => each != null);
  return owners.flatMap((each) =>
    each
      .createHelp()
      .visibleOptions(each)
      .flatMap(({ long }) => long ?? []),
  );
}

function sentence(text: string): string {
  const trimmed = text.replace(/\.$/, '');
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
}

function helpOf(program: Command, args: readonly string[]): string {
  const names: string[] = [];
  for (let command: Command | null = commandOf(program, args); command; command = command.parent)
    names.unshift(command.name());
  return `${names.join(' ')} --help`;
}
