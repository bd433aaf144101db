import {
  type AcceptKit,
  canClose,
  createKitReader,
  isLocalStore,
  KitwrightError,
  nameLater,
  parseReference,
  parseReferrerFilter,
  type ReadKit,
  type Target,
  withoutClosing,
} from '@kitwright/core/internal';
import { copyKit } from '@kitwright/core/internal/builds';
import type { MirrorRule } from '../config/mirrorSchema.ts';
import { acceptKits, admitKits } from '../policy/acceptKits.ts';
import { matchesPlace } from '../policy/matchesPlace.ts';
import type { Session } from '../Session.ts';
import { failedKit } from './failedKit.ts';
import type { MirroredKit, MirrorOptions, MirrorReport, WantedTags } from './MirrorReport.ts';
import { type MirrorPlace, openMirrorSide } from './openMirrorPlace.ts';
import { type PlannedKit, planMirror } from './planMirror.ts';
import { removeOthers } from './removeOthers.ts';

/** Copies what a policy chooses, kit after kit. One that fails is in the report, and the others go on. Throws `cancelled`. */
export async function mirrorKits(session: Session, given: MirrorOptions): Promise<MirrorReport> {
  const options = { ...given, accept: acceptKits(session), readKit: createKitReader() };
  const { policy } = options;
  const [source, destination] = [
    openMirrorSide(session, policy.from, 'pull'),
    openMirrorSide(session, policy.to, 'push'),
  ];
  const kits: MirroredKit[] = [];
  const wanted = new Map<string, WantedTags>();
  try {
    for (const rule of policy.kits.flatMap((one) => expanded(one, source.repositories))) {
      const isLeaving = source.hasFullNames && !destination.hasFullNames;
      const [from, to] = [source.open(rule.repository), destination.open(nameOf(rule, isLeaving))];
      const here = wanted.get(to.place) ?? { place: to, tags: new Map<string, string>(), isSure: true };
      wanted.set(to.place, here);
      // A registry may list more tags than a function takes arguments.
      for (const kit of await mirrorRule(session, options, rule, from, here)) kits.push(kit);
    }
    const removed = await removeOthers(session, [...wanted.values()], options, (failed) => kits.push(failed));
    if (destination.carrier && canClose(destination.carrier) && !options.dryRun) await destination.carrier.close();
    return { kits, ...removed };
  } catch (error) {
    if (destination.carrier && canClose(destination.carrier)) destination.carrier.discard();
    throw error;
  }
}

type Mirroring = MirrorOptions & { readonly accept: AcceptKit; readonly readKit: ReadKit };

/** At a registry the destination takes the place of the registry that a name out of an archive has. */
function nameOf({ as, repository }: MirrorRule, isLeaving: boolean): string {
  return as ?? (isLeaving ? parseReference(repository).repository : repository);
}

/** A pattern stands for each repository that it matches; it may not match none, as a name may not be mistyped. */
function expanded(rule: MirrorRule, repositories: () => readonly string[]): readonly MirrorRule[] {
  if (!rule.repository.includes('*')) return [rule];
  if (rule.as !== undefined)
    throw new KitwrightError('config-invalid', `${rule.repository} stands for several repositories, and "as" for one.`);
  const found = repositories().filter((repository) => matchesPlace(rule.repository, repository));
  if (found.length) return found.map((repository) => ({ ...rule, repository }));
  throw new KitwrightError('kit-not-found', `No repository is named ${rule.repository}.`, {
    data: { reference: rule.repository },
  });
}

async function mirrorRule(
  session: Session,
  options: Mirroring,
  rule: MirrorRule,
  from: MirrorPlace,
  wanted: WantedTags,
): Promise<readonly MirroredKit[]> {
  const done: MirroredKit[] = [];
  const ends = { source: from.place, target: wanted.place.place };
  try {
    const planned = await planMirror(from, rule);
    for (let i = 0; i < planned.length; i += namedTogether)
      done.push(...(await mirrorGroup(session, options, from, wanted, planned.slice(i, i + namedTogether))));
  } catch (error) {
    done.push(failedKit(session, ends, undefined, error));
  }
  if (done.some(({ outcome }) => outcome === 'failed')) wanted.isSure = false;
  return done;
}

/** Kits that get their names in the local store at once: its whole index is written for each change. */
const namedTogether = 128;

async function mirrorGroup(
  session: Session,
  options: Mirroring,
  from: MirrorPlace,
  wanted: WantedTags,
  group: readonly PlannedKit[],
): Promise<readonly MirroredKit[]> {
  const { place } = wanted;
  const local = isLocalStore(place.target) && !options.dryRun ? place.target : undefined;
  using _session = local?.session();
  const late = local && nameLater(local);
  const to = late ? { ...place, target: late.store } : place;
  const done: MirroredKit[] = [];
  try {
    for (const planned of group) {
      const named = planned.tag === undefined ? `@${planned.root.digest}` : `:${planned.tag}`;
      const kit = { source: `${from.place}${named}`, target: `${place.place}${named}` };
      done.push(
        await settled(session, kit, planned, async () => {
          claimTag(wanted, planned);
          return mirrorKit(session, options, from, to, planned);
        }),
      );
    }
  } catch (error) {
    // What was copied before Ctrl-C is named.
    await late?.commit();
    throw error;
  }
  return settledAll(session, done, late?.commit);
}

/** Without their names, kits that were copied are not there. */
async function settledAll(
  session: Session,
  kits: readonly MirroredKit[],
  commit = async () => {},
): Promise<readonly MirroredKit[]> {
  try {
    await commit();
    return kits;
  } catch (error) {
    return kits.map((kit) => (kit.outcome === 'copied' ? failedKit(session, kit, kit.digest, error) : kit));
  }
}

/** Two rules may choose one kit twice, and not two kits for one tag. */
function claimTag({ tags, place }: WantedTags, { root, tag }: PlannedKit): void {
  if (tag === undefined) return;
  const other = tags.get(tag);
  if (other !== undefined && other !== root.digest)
    throw new KitwrightError(
      'reference-invalid',
      `${place.place}:${tag} would be two kits: ${other} and ${root.digest}.`,
      {
        data: { reference: `${place.place}:${tag}` },
      },
    );
  tags.set(tag, root.digest);
}

type Ends = Pick<MirroredKit, 'source' | 'target'>;

async function settled(
  session: Session,
  ends: Ends,
  { root }: PlannedKit,
  work: () => Promise<Pick<MirroredKit, 'outcome' | 'sent' | 'bytes'>>,
): Promise<MirroredKit> {
  try {
    return { ...ends, digest: root.digest, error: undefined, ...(await work()) };
  } catch (error) {
    return failedKit(session, ends, root.digest, error);
  }
}

async function mirrorKit(
  session: Session,
  { policy, dryRun, accept, readKit }: Mirroring,
  from: MirrorPlace,
  to: MirrorPlace,
  { root, tag }: PlannedKit,
): Promise<Pick<MirroredKit, 'outcome' | 'sent' | 'bytes'>> {
  const reference = tag ?? root.digest;
  const offered = { reference, target: from.target, repository: from.repository, root };
  await accept({ ...offered, place: from.place });
  const name = to.referenceOf(reference);
  const isThere = (await to.target.resolve(to.repository, name))?.digest === root.digest;
  if (dryRun) return { outcome: isThere ? 'unchanged' : 'copied', sent: 0, bytes: 0 };
  const { copied, bytes } = await copyKit(session.kitwright(), {
    source: from.target,
    from: from.repository,
    root,
    target: isThere ? keepingName(to.target, root.digest) : withoutClosing(to.target),
    repository: to.repository,
    tags: tag === undefined && to.repository !== '' ? [] : [name],
    referrers: parseReferrerFilter(policy.referrers),
    readKit,
    admit: admitKits(session, to.place, tag === undefined ? [] : [tag]),
    concurrency: session.options.network.concurrency,
    signal: session.signal,
  });
  return { outcome: isThere && copied === 0 ? 'unchanged' : 'copied', sent: copied, bytes };
}

/** The kit has its name: writing it again would be an upload for nothing. */
function keepingName(target: Target, digest: string): Target {
  const open = withoutClosing(target);
  return {
    ...open,
    tag: async (descriptor, repository, tag) => {
      if (descriptor.digest !== digest) await open.tag(descriptor, repository, tag);
    },
  };
}
