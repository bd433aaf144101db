import {
  copyKit,
  isDigest,
  KitwrightError,
  type OpenedTarget,
  type ReadTarget,
  readTargets,
} from '@kitwright/core/internal';
import type { Command } from 'commander';
import { networkOptions } from '../options/networkOptions.ts';
import { openTarget } from '../remote.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('copy')
      .argument('<source>', 'a target: see below')
      .argument('<destination>', 'likewise; it keeps the tag of the source if it names none')
      .description('Copy a kit between two targets: registries, the store, OCI layouts, archives'),
  )
    .addHelpText(
      'after',
      [
        '',
        'Targets:',
        '  registry/repository[:tag|@digest]   a registry (a name with a host)',
        '  repository[:tag|@digest]            the local store (a name without one), or store:NAME for any name',
        '  oci:DIRECTORY[:tag]                 an OCI image layout',
        '  archive:FILE[:tag]                  the same in one tar file',
        '',
        'Examples:',
        '  kitwright copy model:v1 archive:model.tar:v1',
        '  kitwright copy archive:model.tar:v1 registry.example.com/team/model:v1',
      ].join('\n'),
    )
    .action(runCommand(copy));
}

async function copy(session: Session, from: string, to: string): Promise<undefined> {
  const source = await resolve(session, from);
  const opened = openTarget(session, to, 'push');
  const named = opened.references.length ? opened.references : isDigest(source.reference) ? [] : [source.reference];
  const copied = await copyKit(session.kitwright(), {
    source: source.target,
    root: source.root,
    target: opened.target,
    repository: opened.repository,
    tags: named.filter((reference) => !isDigest(reference)),
    concurrency: session.options.network.concurrency,
    signal: session.signal,
  });
  const { output, options } = session;
  output.result(
    options.json
      ? JSON.stringify({ v: 1, digest: source.root.digest, source: from, target: to, ...copied })
      : `Copied ${source.root.digest} from ${from} to ${to}`,
  );
}

async function resolve(session: Session, text: string) {
  const opened = openTarget(session, text, 'pull');
  const reference = referenceOf(opened, text);
  const { local } = session.stores();
  const places: readonly ReadTarget[] = opened.target === local ? readTargets(session.stores()) : [opened.target];
  for (const target of places) {
    const root = await target.resolve(opened.repository, reference);
    if (root) return { target, root, reference };
  }
  throw new KitwrightError('kit-not-found', `There is no ${reference} in ${text}.`, { data: { reference: text } });
}

/** The one reference of a source; without any, `latest`. */
function referenceOf({ references }: OpenedTarget, text: string): string {
  const [first = 'latest', ...others] = references;
  if (others.length)
    throw new KitwrightError('reference-invalid', `${text} names several tags; one can be copied at a time.`);
  return first;
}
