import {
  allReferrers,
  collectGarbage,
  type Descriptor,
  dropReferrer,
  type HeldKit,
  KitwrightError,
  type Referrer,
  referrersOfKit,
  withHeldKit,
} from '@kitwright/core/internal';
import type { Command } from 'commander';
import { networkOptions } from '../options/networkOptions.ts';
import { requireArtifactType } from '../referrers/parseAttachment.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('detach')
      .argument('<reference>', 'a ModelKit at a target: see "copy --help"; store:NAME for a local one with a host')
      .argument('[digest...]', 'digests that "discover" shows')
      .description('Remove what is attached to a ModelKit, with all that is attached to that')
      .option('--artifact-type <type>', 'everything of this type')
      .option('-a, --all', 'everything'),
  )
    .addHelpText(
      'after',
      '\nExample:\n  kitwright detach registry.example.com/team/model:v1 --artifact-type application/spdx+json',
    )
    .action(runCommand(detach));
}

interface DetachFlags {
  readonly artifactType?: string;
  readonly all?: boolean;
}

async function detach(
  session: Session,
  text: string,
  digests: readonly string[],
  { artifactType, all }: DetachFlags,
): Promise<undefined> {
  if (!digests.length && artifactType === undefined && !all)
    throw new KitwrightError('usage', 'Name what to remove: its digest, --artifact-type, or --all.');
  const type = artifactType === undefined ? undefined : requireArtifactType(artifactType);
  const kitwright = session.kitwright();
  let isLocal = false;
  const removed = await withHeldKit({ kitwright, store: session.stores() }, text, 'delete', async (kit) => {
    const { target, repository, root } = kit;
    isLocal = target === session.stores().local;
    const referrers = await referrersOfKit(kitwright, { target, repository, filter: allReferrers }, root);
    const missing = digests.find((digest) => !referrers.some(({ descriptor }) => descriptor.digest === digest));
    if (missing !== undefined)
      throw new KitwrightError('kit-not-found', `Nothing with the digest ${missing} is attached to ${text}.`, {
        hint: `See "kitwright discover ${text}".`,
      });
    const chosen = ({ descriptor }: Referrer) =>
      all === true || digests.includes(descriptor.digest) || descriptor.artifactType === type;
    return drop(kit, referrers, withTheirs(referrers, chosen));
  });
  if (isLocal) await collectGarbage(session.stores().local);
  session.output.answer({
    json: { reference: text, removed: removed.map(({ descriptor }) => descriptor.digest) },
    text: removed.map(({ descriptor }) => `Removed ${descriptor.digest} (${descriptor.artifactType})`),
  });
}

/** Those that are chosen, and what is attached to them. Subjects come before their referrers. */
function withTheirs(referrers: readonly Referrer[], chosen: (referrer: Referrer) => boolean): readonly Referrer[] {
  const gone = new Set<string>();
  return referrers.filter((referrer) => {
    const goes = chosen(referrer) || gone.has(referrer.subject);
    if (goes) gone.add(referrer.descriptor.digest);
    return goes;
  });
}

/** From the outside in: what is left after a failure is still attached to something. */
async function drop(
  { target, repository, root }: HeldKit,
  referrers: readonly Referrer[],
  going: readonly Referrer[],
): Promise<readonly Referrer[]> {
  const subjects = new Map<string, Descriptor>([[root.digest, root]]);
  for (const { descriptor } of referrers) subjects.set(descriptor.digest, descriptor);
  for (const referrer of going.toReversed())
    await dropReferrer(target, repository, subjects.get(referrer.subject) ?? root, referrer);
  return going;
}
