import { basename } from 'node:path';
import { KitwrightError } from '@kitwright/core/internal';
import { type SavedArchive, save } from '@kitwright/core/internal/builds';
import { type Command, Option } from 'commander';
import { byteSize } from '../options/byteSize.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { repeatable } from '../options/repeatable.ts';
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
      .requiredOption('-o, --output <file>', 'the archive; - is standard output')
      .addOption(
        new Option(
          '--split <size>',
          'parts of this size, for example 4GB, and a list of them with their digests',
        ).argParser(byteSize),
      )
      .option(
        '--since <archive|reference>',
        'leave out the blobs of what the other side has already; repeatable',
        repeatable,
        [],
      ),
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
        '  kitwright save model:v2 -o more.tar --since kits.tar --split 4GB',
      ].join('\n'),
    )
    .action(runCommand(run));
}

interface SaveFlags {
  readonly output: string;
  /** In bytes. */
  readonly split?: number;
  readonly since: readonly string[];
}

async function run(
  session: Session,
  references: readonly string[],
  { output, split, since }: SaveFlags,
): Promise<undefined> {
  const isPiped = output === '-';
  if (isPiped && session.options.json)
    throw new KitwrightError('usage', '--json and the archive cannot both be printed: name a file with -o.');
  if (isPiped && split !== undefined)
    throw new KitwrightError('usage', '--split makes files, and standard output is none: name a file with -o.');
  const saved = await save(session.kitwright(), {
    from: references,
    to: isPiped ? archiveOutput(session.output) : output,
    split,
    since,
    store: session.stores(),
    allowedRegistries: session.options.network.allowRegistry,
    accept: acceptKits(session),
    signal: session.signal,
  });
  if (isPiped) session.output.note(linesOf(saved, 'standard output'));
  else session.output.answer({ json: documentOf(saved, output), text: linesOf(saved, output) });
}

function documentOf({ kits, referrers, size, files, omitted }: SavedArchive, archive: string): object {
  return {
    archive,
    size,
    files: files.map(({ path, size: bytes }) => ({ path, size: bytes })),
    kits: kits.map(({ name, root, isNamed }) => ({ reference: name, digest: root.digest, referenced: !isNamed })),
    referrers,
    omitted,
  };
}

function linesOf({ kits, referrers, size, files, omitted }: SavedArchive, archive: string): readonly string[] {
  const list = files.length > 1 ? files.at(-1)?.path : undefined;
  return [
    ...kits.map(({ name, root, isNamed }) => `Saved ${root.digest} (${isNamed ? name : `referenced kit ${name}`})`),
    ...(referrers ? [`Saved what is attached to them: ${referrers}`] : []),
    ...(omitted.blobs
      ? [`Left out what the other side has: ${omitted.blobs} blobs, ${formatSize(omitted.bytes)}`]
      : []),
    list === undefined
      ? `Wrote ${formatSize(size)} to ${archive}`
      : `Wrote ${formatSize(size)} in parts, listed in ${basename(list)}: ${files.length - 1}`,
  ];
}
