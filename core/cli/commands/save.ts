import { KitwrightError, type SavedArchive, save } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { networkOptions } from '../options/networkOptions.ts';
import { archiveOutput } from '../output/archiveOutput.ts';
import { formatSize } from '../output/formatSize.ts';
import { acceptKits } from '../policy/acceptKits.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('save')
      .argument(
        '<reference...>',
        'ModelKits and indexes: [registry/]repository[:tag|@digest], or a target: see "copy --help"',
      )
      .description(
        'Save ModelKits in one archive, with all that they need: the kits of an index, the kits to which each refers, signatures',
      )
      .requiredOption('-o, --output <file>', 'the archive; - is standard output'),
  )
    .addHelpText(
      'after',
      [
        '',
        'The same kits give the same bytes. If interrupted, the same command goes on. oras and skopeo read the archive too.',
        '',
        'Examples:',
        '  kitwright save registry.example.com/team/model:v1 team/other:v2 -o kits.tar',
        '  kitwright save model:v1 -o - | ssh host kitwright load -',
      ].join('\n'),
    )
    .action(runCommand(run));
}

interface SaveFlags {
  readonly output: string;
}

async function run(session: Session, references: readonly string[], { output }: SaveFlags): Promise<undefined> {
  const isPiped = output === '-';
  if (isPiped && session.options.json)
    throw new KitwrightError('usage', '--json and the archive cannot both be printed: name a file with -o.');
  const saved = await save(session.kitwright(), {
    from: references,
    to: isPiped ? archiveOutput(session.output) : output,
    store: session.stores(),
    allowedRegistries: session.options.network.allowRegistry,
    accept: acceptKits(session),
    signal: session.signal,
  });
  if (isPiped) session.output.note(linesOf(saved, 'standard output'));
  else session.output.answer({ json: documentOf(saved, output), text: linesOf(saved, output) });
}

function documentOf({ kits, referrers, size }: SavedArchive, archive: string): object {
  return {
    archive,
    size,
    kits: kits.map(({ name, root, isNamed }) => ({ reference: name, digest: root.digest, referenced: !isNamed })),
    referrers,
  };
}

function linesOf({ kits, referrers, size }: SavedArchive, archive: string): readonly string[] {
  return [
    ...kits.map(({ name, root, isNamed }) => `Saved ${root.digest} (${isNamed ? name : `referenced kit ${name}`})`),
    ...(referrers ? [`Saved what is attached to them: ${referrers}`] : []),
    `Wrote ${formatSize(size)} to ${archive}`,
  ];
}
