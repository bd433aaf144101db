import type { Command } from 'commander';
import { defaultPlugins } from '../defaultPlugins.ts';
import { pluginVersion } from '../doctor/pluginVersion.ts';
import { lockPlugins } from '../loading/lockPlugins.ts';
import type { LoadedPlugin } from '../loading/PluginPlace.ts';
import { formatTable } from '../output/formatTable.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  const plugins = program
    .command('plugins')
    .argument('[directory]', 'the directory whose config is read', '.')
    .description('List the plugins, their packages, and the configs that name them')
    .addHelpText(
      'after',
      [
        '',
        'With --frozen-plugins, or KITWRIGHT_FROZEN_PLUGINS=1, no plugin runs that the lock beside its config does not list',
        'with this name, version and content.',
        '',
        'Examples:',
        '  kitwright plugins',
        '  kitwright plugins lock && git add kitwright-plugins.lock',
        '  kitwright pack . -t model:v1 --frozen-plugins',
      ].join('\n'),
    )
    .action(runCommand(list));
  plugins
    .command('lock')
    .argument('[directory]', 'the directory whose config is read', '.')
    .description('Write kitwright-plugins.lock beside each config that names plugins; none of them runs')
    .action(runCommand(lock));
}

interface ListedPlugin {
  readonly plugin: string;
  readonly package: string | null;
  readonly version: string | null;
  /** Absolute; null for those that come with Kitwright, and for those that a config makes itself. */
  readonly file: string | null;
  readonly config: string | null;
  /** `plugins[0]`, `--plugin` */
  readonly position: string | null;
}

async function list(session: Session): Promise<undefined> {
  const own = defaultPlugins(session.registryOptions()).map(({ name }) => ownPlugin(name));
  const plugins = [...own, ...session.project.plugins.map(listed)];
  session.output.answer({
    json: { plugins },
    text: formatTable([
      ['PLUGIN', 'PACKAGE', 'NAMED BY', 'FILE'],
      ...plugins.map((each) => [each.plugin, packageText(each), originText(each), each.file ?? '']),
    ]),
  });
}

function ownPlugin(name: string): ListedPlugin {
  const version = pluginVersion(name, import.meta.filename) ?? null;
  return { plugin: name, package: name, version, file: null, config: null, position: null };
}

function listed({ plugin, at }: LoadedPlugin): ListedPlugin {
  const found = 'file' in at ? at : undefined;
  const { position, source } = 'place' in at ? at.place : at;
  return {
    plugin: plugin.name,
    package: found?.pack?.name ?? null,
    version: found?.pack?.version ?? null,
    file: found?.file ?? null,
    config: position === '--plugin' ? null : source.file,
    position,
  };
}

function packageText({ package: name, version }: ListedPlugin): string {
  return [name ?? '', version ?? ''].join(' ').trim();
}

function originText({ config, position }: ListedPlugin): string {
  if (position === null) return '(comes with Kitwright)';
  return config === null ? position : `${config} ${position}`;
}

async function lock(session: Session): Promise<undefined> {
  const { user, found } = session.project;
  const locks = [user, found].flatMap((config) => (config && lockPlugins(config)) ?? []);
  for (const { path, unnamed } of locks)
    for (const position of unnamed)
      session.warn(`${position} has no name, so ${path} cannot list it: --frozen-plugins refuses it.`);
  session.output.answer({
    json: { locks: locks.map(({ path, plugins }) => ({ path, plugins })) },
    text: locks.length
      ? locks.flatMap(({ path, plugins }) => [
          `Locked in ${path}: ${plugins.length} plugin${plugins.length === 1 ? '' : 's'}`,
          ...plugins.map(({ name, version = '' }) => `  ${name} ${version}`.trimEnd()),
        ])
      : 'No config names a plugin',
  });
}
