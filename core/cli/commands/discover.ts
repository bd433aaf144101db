import { allReferrers, findKit, parseReferrerFilter, type Referrer, referrersOfKit } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { networkOptions } from '../options/networkOptions.ts';
import { formatSize } from '../output/formatSize.ts';
import { formatTable } from '../output/formatTable.ts';
import { requireArtifactType } from '../referrers/parseAttachment.ts';
import { referrerTree, treeLines } from '../referrers/referrerViews.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('discover')
      .argument('<reference>', 'a ModelKit at a target: see "copy --help"; store:NAME for a local one with a host')
      .description('List what is attached to a ModelKit: signatures, attestations, SBOMs')
      .option('--artifact-type <type>', 'only this type')
      .option('--tree', 'what is attached to what'),
  )
    .addHelpText('after', '\nExample:\n  kitwright discover registry.example.com/team/model:v1 --tree')
    .action(runCommand(discover));
}

interface DiscoverFlags {
  readonly artifactType?: string;
  readonly tree?: boolean;
}

async function discover(session: Session, text: string, { artifactType, tree }: DiscoverFlags): Promise<undefined> {
  const filter = artifactType === undefined ? allReferrers : parseReferrerFilter(requireArtifactType(artifactType));
  const kitwright = session.kitwright();
  const { opened, target, root } = await findKit({ kitwright, store: session.stores() }, text);
  const { repository } = opened;
  const referrers = await referrersOfKit(kitwright, { target, repository, filter }, root);
  const { digest, mediaType, size } = root;
  session.output.answer({
    json: { reference: text, digest, mediaType, size, referrers: referrerTree(referrers, digest) },
    text: tree ? [`${text} ${digest}`, ...treeLines(referrers, digest)] : table(referrers),
  });
}

function table(referrers: readonly Referrer[]): readonly string[] {
  return formatTable([
    ['ARTIFACT TYPE', 'SIZE', 'DIGEST', 'TAG'],
    ...referrers.map(({ descriptor: { artifactType = '', size, digest }, tag = '' }) => [
      artifactType,
      formatSize(size),
      digest,
      tag,
    ]),
  ]);
}
