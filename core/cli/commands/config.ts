import type { Command } from 'commander';
import { configsOf, originOf, settings } from '../config/settings.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { packOptions } from '../options/packOptions.ts';
import { formatTable } from '../output/formatTable.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  const config = program.command('config').description('Show the settings of a project');
  const command = networkOptions(
    packOptions(
      config
        .command('print')
        .argument('[directory]', 'the directory whose settings are shown', '.')
        .description('Print every setting, from flag, environment, project config, user config or default')
        .option('--origin', 'also show where each setting comes from'),
    ),
  );
  for (const option of command.options) if (option.long !== '--origin') option.hideHelp();
  command.action((_: string, flags: { readonly origin?: boolean }, self: Command) =>
    runCommand((session: Session) => print(session, flags, self))(self),
  );
}

async function print(session: Session, flags: { readonly origin?: boolean }, self: Command) {
  const { found, user } = session.project;
  const rows = settings.map((setting) => {
    const given = originOf(setting, session.env, configsOf(session.project));
    const options = [...self.options, ...(self.parent?.parent?.options ?? [])];
    const standard: unknown = options.find((option) => option.attributeName() === setting.key)?.defaultValue;
    return { name: setting.key, value: given?.value ?? standard ?? null, origin: given?.origin ?? 'default' };
  });
  const kits = Object.entries(found?.config.kits ?? {}).map(([name, kit]) => ({ name, ...kit }));
  const table = rows.map(({ name, value, origin }) => [
    name,
    shown(value ?? undefined),
    ...(flags.origin ? [origin] : []),
  ]);
  const list = kits.map(({ name, directory: at, tag, push }) => [
    `kits.${name}`,
    [tag, ...(push === undefined ? [] : [`(pushed to ${push})`])].filter(Boolean).join(' '),
    ...(flags.origin ? [at] : []),
  ]);
  const { capabilities } = session.kitwright();
  const targets = capabilities.all('target').map(({ id }) => `${id}:`);
  session.output.answer({
    json: { file: found?.path ?? null, userFile: user?.path ?? null, settings: rows, kits, targets },
    text: formatTable([...table, ...list, ['targets', targets.join(' '), ...(flags.origin ? ['plugins'] : [])]]),
  });
  return undefined;
}

function shown(value: unknown): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}
