import { annotationNames, attachFiles, withHeldKit } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { networkOptions } from '../options/networkOptions.ts';
import { parsePairs } from '../options/parsePairs.ts';
import { repeatable } from '../options/repeatable.ts';
import { sourceDate } from '../options/sourceDate.ts';
import { parseAttachedFile, requireArtifactType } from '../referrers/parseAttachment.ts';
import { refuseForeign } from '../refuseForeign.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('attach')
      .argument('<reference>', 'a ModelKit at a target: see "copy --help"; store:NAME for a local one with a host')
      .argument('[file...]', 'files, each with its media type if it should have one: FILE[:mediaType]')
      .description('Attach files to a ModelKit: an SBOM, a report, a signature; its digest stays the same')
      .requiredOption('--artifact-type <type>', 'what is attached, as a media type')
      .option('-a, --annotation <key=value>', 'an annotation of the artifact; repeatable', repeatable, []),
  )
    .addHelpText(
      'after',
      '\nExample:\n  kitwright attach registry.example.com/team/model:v1 sbom.json:application/spdx+json --artifact-type application/spdx+json',
    )
    .action(runCommand(attach));
}

interface AttachFlags {
  readonly artifactType: string;
  readonly annotation: readonly string[];
}

async function attach(
  session: Session,
  text: string,
  files: readonly string[],
  { artifactType, annotation }: AttachFlags,
): Promise<undefined> {
  const attached = files.map(parseAttachedFile);
  for (const { path } of attached) refuseForeign(path);
  const attachment = {
    artifactType: requireArtifactType(artifactType),
    files: attached,
    annotations: { ...created(session), ...parsePairs(annotation, 'An annotation') },
  };
  const places = { kitwright: session.kitwright(), store: session.stores() };
  const { digest, root } = await withHeldKit(places, text, 'push', async (kit) => ({
    root: kit.root,
    digest: (await attachFiles(kit.target, kit.repository, kit.root, attachment)).digest,
  }));
  session.output.answer({
    json: { reference: text, subject: root.digest, digest, artifactType },
    text: `Attached ${digest} to ${text} (${root.digest})`,
  });
}

/** Only with SOURCE_DATE_EPOCH, so that attaching the same again gives the same artifact. */
function created({ env }: Session): Readonly<Record<string, string>> {
  const seconds = sourceDate(env);
  if (seconds === undefined) return {};
  return { [annotationNames.created]: new Date(seconds * 1000).toISOString().replace('.000Z', 'Z') };
}
