import { checkStore, collectGarbage, exitCodes } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { formatSize } from '../output/formatSize.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  const store = program.command('store').description('Look after the local store');
  store
    .command('check')
    .description('Read everything in the store and verify it')
    .option('--repair', 'remove what is damaged; packing again heals it')
    .action(runCommand(check));
  store.command('gc').description('Free what no kit needs').action(runCommand(gc));
  store.command('path').description('Show where the store is').action(runCommand(path));
}

async function check(session: Session, { repair }: { readonly repair?: boolean }): Promise<number> {
  const result = await checkStore(session.stores().local, session.kitwright().pool, repair === true);
  const { output } = session;
  if (session.options.json) output.result(JSON.stringify({ v: 1, ...result }));
  else {
    for (const { kit, digest, problem } of result.findings) output.result(`${kit}: ${digest}: ${problem}`);
    for (const name of result.removed) output.result(`Removed ${name}; pack it again to heal it`);
    output.result(
      `Checked ${result.kits} kits and ${result.layers} layers: ${result.findings.length ? `${result.findings.length} problems` : 'all whole'}`,
    );
  }
  return result.findings.length && !repair ? exitCodes.refused : exitCodes.ok;
}

async function gc(session: Session): Promise<undefined> {
  const garbage = await collectGarbage(session.stores().local);
  session.output.result(
    session.options.json
      ? JSON.stringify({ v: 1, ...garbage })
      : `Freed ${formatSize(garbage.bytes)} in ${garbage.files} files`,
  );
}

async function path(session: Session): Promise<undefined> {
  const { layout } = session.stores().local;
  session.output.result(session.options.json ? JSON.stringify({ v: 1, path: layout.root }) : layout.root);
}
