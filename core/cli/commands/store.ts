import { resolve } from 'node:path';
import { collectGarbage, exitCodes } from '@kitwright/core/internal';
import { checkStore, type StoreCheck } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { formatSize } from '../output/formatSize.ts';
import { freeEntries } from '../resolving/freeEntries.ts';
import { resolvedFolder } from '../resolving/resolvedFolder.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  const store = program.command('store').description('Check and clean the local store');
  store
    .command('check')
    .description('Hash everything in the store and verify it')
    .option('--repair', 'remove damaged data, which another pack restores; rebuild a lost index')
    .action(runCommand(check));
  store
    .command('gc')
    .description('Delete data that no kit needs, and copies of "resolve" that no running process uses')
    .option('--into <directory>', 'copies that "resolve" keeps there')
    .action(runCommand(gc));
  store.command('path').description('Show where the store is').action(runCommand(path));
}

async function check(session: Session, { repair }: { readonly repair?: boolean }): Promise<number> {
  const result = await checkStore(session.stores().local, session.kitwright().pool, repair === true);
  session.output.answer({ json: result, text: checkText(result) });
  return result.findings.length && !repair ? exitCodes.refused : exitCodes.ok;
}

function checkText({ kits, layers, findings, removed, recovered }: StoreCheck): readonly string[] {
  return [
    ...recovered.map((name) => `Recovered ${name}`),
    ...findings.map(({ kit, digest, problem }) => `${kit}: ${digest}: ${problem}`),
    ...removed.map((name) => `Removed ${name}; pack it again to heal it`),
    `Checked ${kits} kits and ${layers} layers: ${findings.length ? `${findings.length} problems` : 'all whole'}`,
  ];
}

async function gc(session: Session, { into }: { readonly into?: string }): Promise<undefined> {
  const garbage = await collectGarbage(session.stores().local);
  const entries = freeEntries(into === undefined ? resolvedFolder(session) : resolve(into));
  const [files, bytes] = [garbage.files + entries.files, garbage.bytes + entries.bytes];
  const { freed, inUse } = entries;
  session.output.answer({
    json: { files, bytes, resolved: { freed, inUse } },
    text: [
      `Freed ${formatSize(bytes)} in ${files} files`,
      ...inUse.map((folder) => `Kept ${folder}: a running process uses it`),
    ],
  });
}

async function path(session: Session): Promise<undefined> {
  const { layout } = session.stores().local;
  session.output.answer({ json: { path: layout.root }, text: layout.root });
}
