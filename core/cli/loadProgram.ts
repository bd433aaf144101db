import { Command, InvalidArgumentError, Option } from 'commander';
import { commandGroups, commandLoaders, type DefineCommand } from './commands.ts';
import { fancyMode, logLevels, progressModes } from './options/globalOptions.ts';
import { repeatable } from './options/repeatable.ts';

/** The command line with the commands that these words need: one, or all for the help and for completion. */
export async function loadProgram(args: readonly string[]): Promise<Command> {
  const program = createProgram();
  for (const define of await load(args)) define(program);
  for (const command of program.commands) command.copyInheritedSettings(program).allowExcessArguments(false);
  for (const [group, names] of Object.entries(commandGroups))
    for (const command of program.commands) if (names.includes(command.name())) command.helpGroup(group);
  return program;
}

const examples = `
Examples:
  kitwright init . && kitwright pack . -t registry.example.com/team/model:v1 --push
  kitwright unpack registry.example.com/team/model:v1 -d out -f model
  kitwright watch . -t run --tag-template run-{n} -- python train.py`;

const levels: readonly string[] = logLevels;
const modes: readonly string[] = [...progressModes, fancyMode];

function createProgram(): Command {
  return (
    new Command('kitwright')
      .description('The build tool for ModelKits: pack, watch, verify.')
      // The help that is shown for a missing subcommand is a result too; errors are written where they are caught.
      .configureOutput({ writeErr: (text) => process.stdout.write(text), outputError: () => undefined })
      .exitOverride()
      .showSuggestionAfterError(false)
      .commandsGroup('Help and housekeeping:')
      .helpCommand(true)
      .addHelpText('after', examples)
      .option('--config <dir>', 'root of the data: the store is below it (KITWRIGHT_HOME, KITOPS_HOME)')
      .addOption(
        new Option('--log-level <level>', `show messages from this level on: ${levels.join(', ')}`)
          .default('info')
          .argParser(oneOf('log level', levels)),
      )
      .addOption(
        new Option(
          '--progress <mode>',
          `how progress is shown: ${modes.slice(0, -1).join(', ')}, or a reporter of a plugin`,
        )
          .default('auto')
          .argParser(progressMode),
      )
      .option(
        '-v, --verbose',
        'show more messages, and the chain of causes of an error',
        (_: string, count: number) => count + 1,
        0,
      )
      .option('--json', 'results as JSON')
      .option(
        '--plugin <name[=json]>',
        'use this plugin, with these options; a package of the root of the data, or a path; repeatable',
        repeatable,
        [],
      )
      .option('--executor <id>', "where layers are hashed: 'threads', or an executor of a plugin", 'threads')
      .option('--timing', 'show at the end how long plugins took, by hook and capability')
      .option('--trust', 'allow the code of the project to run: its config and plugins (KITWRIGHT_TRUST)')
      .option(
        '--frozen-plugins',
        'run no plugin that kitwright-plugins.lock beside its config does not list (KITWRIGHT_FROZEN_PLUGINS)',
      )
  );
}

/** Reporters of plugins are known later; their ids are words. */
function progressMode(value: string): string {
  return /^[a-z][a-z0-9-]*$/.test(value) ? value : oneOf('progress mode', modes)(value);
}

function oneOf(what: string, known: readonly string[]) {
  return (value: string) => {
    if (!known.includes(value))
      throw new InvalidArgumentError(`There is no ${what} ${JSON.stringify(value)}; there are ${known.join(', ')}.`);
    return value;
  };
}

/** The words that need all commands, because they describe or complete them. */
const completing: ReadonlySet<string> = new Set(['completion', 'complete']);

async function load(args: readonly string[]): Promise<readonly DefineCommand[]> {
  const name = commandName(args);
  const loader = name !== undefined && Object.hasOwn(commandLoaders, name) ? commandLoaders[name] : undefined;
  const loaders = loader ? [loader] : Object.values(commandLoaders);
  const commands = await Promise.all(loaders.map((each) => each()));
  const needsCompletion = loader === undefined && (name === undefined || name === 'help' || completing.has(name));
  const completion = needsCompletion ? [await import('./commands/completion.ts')] : [];
  return [...commands, ...completion].map(({ define }) => define);
}

/** Global options that take the next word as their value. */
const valued = new Set(['--config', '--log-level', '--progress', '--executor', '--plugin']);

/** The first word that is not an option: only this command is loaded. */
function commandName(args: readonly string[]): string | undefined {
  return args.find((arg, i) => !arg.startsWith('-') && !valued.has(args[i - 1] ?? ''));
}
