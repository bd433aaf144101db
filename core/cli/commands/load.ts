import { KitwrightError } from '@kitwright/core/internal';
import { type LoadedKits, load } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { renaming } from '../archives/renaming.ts';
import { withStdinFile } from '../archives/withStdinFile.ts';
import { localName } from '../localName.ts';
import { repeatable } from '../options/repeatable.ts';
import { formatSize } from '../output/formatSize.ts';
import { acceptByFile } from '../policy/acceptByFile.ts';
import { acceptKits } from '../policy/acceptKits.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  program
    .command('load')
    .argument('<archive>', 'the archive; - is standard input')
    .description(
      'Load all ModelKits of an archive into the local store, under their names; nothing is asked over the network',
    )
    .option('--policy <file>', 'rules that every ModelKit must meet: "verify" as in a config, in YAML or JSON')
    .option('--prefix <registry/path>', 'takes the place of the registry in each name')
    .option('--rename <old=new>', 'another name for a ModelKit or a repository; repeatable', repeatable, [])
    .addHelpText(
      'after',
      [
        '',
        'All of it is verified before any ModelKit gets its name.',
        '',
        'Examples:',
        '  kitwright load kits.tar',
        '  kitwright load kits.tar --policy policy.yaml --prefix registry.internal:5000/vendor',
      ].join('\n'),
    )
    .action(runCommand(run));
}

interface LoadFlags {
  readonly policy?: string;
  readonly prefix?: string;
  readonly rename: readonly string[];
}

async function run(session: Session, archive: string, flags: LoadFlags): Promise<undefined> {
  const { policy, prefix, rename } = flags;
  if (archive === '') throw new KitwrightError('usage', 'The archive has no name.');
  const [configured, byFile] = [
    acceptKits(session),
    policy === undefined ? undefined : await acceptByFile(session, policy),
  ];
  const loadFrom = (path: string) =>
    load(session.kitwright(), {
      from: path,
      repository: localName(archive),
      store: session.stores(),
      rename: renaming(prefix, rename),
      accept: async (kit) => {
        // Pins first: where rules refuse an index, those of its kits decide, and its own name must have been checked by then.
        await configured(kit);
        await byFile?.(kit);
      },
      concurrency: session.options.network.concurrency,
      signal: session.signal,
    });
  const loaded = archive === '-' ? await withStdinFile(session, loadFrom) : await loadFrom(archive);
  session.output.answer({ json: { archive, ...loaded }, text: linesOf(loaded) });
}

function linesOf({ names, referrers, copied, bytes }: LoadedKits): readonly string[] {
  return [
    ...names.map(({ name, digest, replaced }) => `Loaded ${name} (${digest}${replaced ? `; it was ${replaced}` : ''})`),
    ...(referrers ? [`Loaded what is attached to them: ${referrers}`] : []),
    `Stored ${copied} blobs and manifests, ${formatSize(bytes)}`,
  ];
}
