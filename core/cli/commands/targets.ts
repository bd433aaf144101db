import type { Command } from 'commander';
import { formatTable } from '../output/formatTable.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  program
    .command('targets')
    .description('List the kinds of places where kits can be, and the plugins that provide them')
    .addHelpText(
      'after',
      [
        '',
        'A target is written WORD:LOCATION, wherever a command takes a reference. Without a word, a name with a host means its',
        'registry, any other name the local store. A plugin in config.json below $KITWRIGHT_HOME adds its targets to all',
        'commands.',
        '',
        'Examples:',
        '  kitwright push model:v1 archive:model.tar:v1',
        '  kitwright unpack oci:layout:v1 -d model',
      ].join('\n'),
    )
    .action(runCommand(targets));
}

async function targets(session: Session): Promise<undefined> {
  const { capabilities } = session.kitwright();
  const found = [
    { target: 'store', plugin: null },
    ...capabilities
      .all('target')
      .map(({ id }) => ({ target: id, plugin: capabilities.pluginOf('target', id) ?? null })),
  ];
  session.output.answer({
    json: { targets: found },
    text: formatTable([
      ['TARGET', 'PLUGIN'],
      ...found.map(({ target, plugin }) => [`${target}:`, plugin ?? '(the local store)']),
    ]),
  });
}
