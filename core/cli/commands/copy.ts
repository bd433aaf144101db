import { openTarget, placeIn } from '@kitwright/core/internal';
import { copy } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { referrersOption } from '../options/referrersOption.ts';
import { acceptKits, admitKits } from '../policy/acceptKits.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  referrersOption(
    program
      .command('copy')
      .argument('<source>', 'a target: see below')
      .argument('<destination>', 'likewise; without a tag the tag of the source')
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
    .action(runCommand(run));
}

interface CopyFlags {
  readonly referrers: string;
}

/** Holds the rules, and the pins, of what a destination names. */
function admitAt(session: Session, to: string) {
  const kitwright = session.kitwright();
  const opened = openTarget({ kitwright, store: session.stores() }, to, 'push');
  return admitKits(session, placeIn(kitwright, to, opened), opened.references);
}

async function run(session: Session, from: string, to: string, { referrers }: CopyFlags): Promise<undefined> {
  const { output, options, signal } = session;
  const { concurrency, allowRegistry: allowedRegistries } = options.network;
  const copied = await copy(session.kitwright(), {
    from,
    to,
    referrers,
    store: session.stores(),
    accept: acceptKits(session),
    admit: admitAt(session, to),
    allowedRegistries,
    concurrency,
    signal,
  });
  const { descriptor, ...counts } = copied;
  output.answer({
    json: { digest: descriptor.digest, source: from, target: to, ...counts },
    text: [
      ...counts.referenced.map(({ reference, digest }) => `Copied ${digest} (referenced kit ${reference})`),
      `Copied ${descriptor.digest} from ${from} to ${to}`,
      ...(counts.referrers ? [`Copied what is attached to it: ${counts.referrers}`] : []),
    ],
  });
}
