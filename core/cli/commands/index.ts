import type { Command } from 'commander';
import { type AddFlags, addToIndex, createIndex, deleteIndex, removeFromIndex } from '../indexes/changeIndexes.ts';
import { pullIndex, pushIndex } from '../indexes/moveIndexes.ts';
import { indexInfo, inspectIndex, listIndexes } from '../indexes/showIndexes.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { repeatable } from '../options/repeatable.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

const examples = `
Examples:
  kitwright index create registry.example.com/team/model:all
  kitwright index add registry.example.com/team/model:all registry.example.com/team/model:q4 -l quantization=q4 -l bits:=4
  kitwright index push registry.example.com/team/model:all
  kitwright unpack registry.example.com/team/model:all -l quantization=q4`;

export function define(program: Command): void {
  const parent = program
    .command('index')
    .description('Group several ModelKits under one name, distinguished by labels')
    .addHelpText('after', examples);
  changing(parent);
  showing(parent);
  moving(parent);
}

const index = '<index>';
const indexText = '[registry/]repository:tag of the index';
const kit = '<modelkit>';

function changing(parent: Command): void {
  parent
    .command('create')
    .argument(index, indexText)
    .description('Make an empty index')
    .action(runCommand(createIndex));
  networkOptions(
    parent
      .command('add')
      .argument(index, indexText)
      .argument(kit, 'a ModelKit of the same repository')
      .description('Add a ModelKit to an index, or change its labels')
      .option('-l, --label <label>', 'key=text, key:=JSON, or key- to remove it; repeatable', repeatable, [])
      .option('--annotate <key=value>', 'an annotation of the entry; repeatable', repeatable, [])
      .option('-r, --remote', 'find the ModelKit at its registry'),
  ).action(
    runCommand((session: Session, name: string, added: string, flags: AddFlags) =>
      addToIndex(session, name, added, flags),
    ),
  );
  parent
    .command('remove')
    .argument(index, indexText)
    .argument(kit, 'repository:tag|@digest')
    .description('Remove a ModelKit from an index; the kit stays in the store')
    .action(runCommand(removeFromIndex));
  parent
    .command('delete')
    .argument(index, indexText)
    .description('Remove an index from the local store')
    .action(runCommand(deleteIndex));
}

function showing(parent: Command): void {
  networkOptions(
    parent.command('list').argument('[repository]', 'a remote repository').description('List indexes'),
  ).action(runCommand(listIndexes));
  networkOptions(
    parent.command('info').argument(index, indexText).description('Show the ModelKits of an index, as YAML'),
  ).action(runCommand(indexInfo));
  networkOptions(
    parent.command('inspect').argument(index, indexText).description('Show an index as it is stored, as JSON'),
  ).action(runCommand(inspectIndex));
}

interface PullFlags {
  readonly label: readonly string[];
}

function moving(parent: Command): void {
  networkOptions(
    parent
      .command('push')
      .argument('<source>', indexText)
      .argument('[target]', 'registry/repository[:tag,...]; the source itself by default')
      .description('Push an index and its ModelKits to a registry'),
  ).action(runCommand(pushIndex));
  networkOptions(
    parent
      .command('pull')
      .argument(index, indexText)
      .description('Pull an index and its ModelKits')
      .option(
        '-l, --label <label>',
        'only ModelKits with this label, or within this limit ("vram<=8GB"); repeatable',
        repeatable,
        [],
      ),
  ).action(runCommand((session: Session, name: string, { label }: PullFlags) => pullIndex(session, name, label)));
}
