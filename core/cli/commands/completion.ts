import tab, { script } from '@bomb.sh/tab';
import complete from '@bomb.sh/tab/commander';
import { displayRepository, openStore, readTargets } from '@kitwright/core/internal';
import { type Command, Option } from 'commander';

const replaced = 'completion-of-the-library';

/** The argument with which scripts without descriptions call us. */
const wordsOnly = '--words-only';

/** Adds `completion SHELL`, and the hidden `complete` that the shells call. All other commands must be added before. */
export function define(program: Command): void {
  defineShells(program);
  complete(program, { completionCommandName: replaced });
  // The library makes one command with an argument; `kit` has a command for each shell, with its own help.
  const all = program.commands as Command[];
  all.splice(
    all.findIndex((command) => command.name() === replaced),
    1,
  );
  program.addOption(new Option(wordsOnly).hideHelp());
  program.hook('preAction', () => {
    if (program.opts<{ readonly wordsOnly?: boolean }>().wordsOnly) forgetDescriptions();
  });
  completeKits();
}

const installs: Readonly<Record<string, string>> = {
  bash: 'source <(kitwright completion bash)\n  kitwright completion bash > /etc/bash_completion.d/kitwright',
  zsh: 'source <(kitwright completion zsh)\n  kitwright completion zsh > "$fpath[1]/_kitwright"',
  fish: 'kitwright completion fish | source\n  kitwright completion fish > ~/.config/fish/completions/kitwright.fish',
  powershell: 'kitwright completion powershell | Out-String | Invoke-Expression',
};

function defineShells(program: Command): void {
  const parent = program.command('completion').description('Write the completion script for a shell');
  for (const [shell, install] of Object.entries(installs))
    parent
      .command(shell)
      .description(`the script for ${shell}`)
      .option('--no-descriptions', 'complete words only')
      .addHelpText('after', `\nFor this shell, and for every new one:\n  ${install}`)
      .action(print(shell));
}

/** bash completes an alias by the alias's name; the other shells resolve it. */
const aliasLines = `
if [[ "$(alias kit 2>/dev/null)" == *kitwright* ]]; then
    complete -F __kitwright_complete kit
fi
`;

function print(shell: string) {
  return (flags: { readonly descriptions: boolean }): void => {
    script(shell, 'kitwright', flags.descriptions ? 'kitwright' : `kitwright ${wordsOnly}`);
    if (shell === 'bash') process.stdout.write(aliasLines);
  };
}

function forgetDescriptions(): void {
  for (const command of [tab, ...tab.commands.values()]) {
    command.description = '';
    for (const option of command.options.values()) option.description = '';
  }
}

/** Commands whose arguments name kits of the local stores. */
const takingKits = ['unpack', 'push', 'inspect', 'info', 'diff', 'tag', 'remove', 'copy'];

function completeKits(): void {
  for (const name of takingKits) {
    const command = tab.commands.get(name);
    for (const [argument, given] of command?.arguments ?? []) {
      if (argument === 'directory') continue;
      command?.argument(
        argument,
        (offer) => {
          for (const kit of localKits()) offer(kit, '');
        },
        given.variadic,
      );
    }
  }
}

function localKits(): readonly string[] {
  return readTargets(openStore(undefined)).flatMap((target) =>
    target
      .list()
      .flatMap(({ repository, tag }) => (tag === undefined ? [] : [`${displayRepository(repository)}:${tag}`])),
  );
}
