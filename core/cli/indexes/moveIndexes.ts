import {
  acceptingSource,
  addNames,
  allReferrers,
  contentOf,
  copyKitReferrers,
  type Descriptor,
  displayReference,
  formatReference,
  type IndexEntry,
  type KitName,
  loadIndex,
  matching,
  parseReference,
  type ReadTarget,
  type Reference,
  referrersOfKit,
  repositoryOf,
  tagOfEntry,
} from '@kitwright/core/internal';
import { copyKit } from '@kitwright/core/internal/builds';
import { acceptKits, admitKits } from '../policy/acceptKits.ts';
import { pullAs } from '../pullAs.ts';
import { defaultToLatest, requireOne } from '../references.ts';
import { openRemote } from '../remote.ts';
import type { Session } from '../Session.ts';
import { kitReference } from './labelledKit.ts';

/** Pushes an index with all its kits; blobs that the registry has are skipped. */
export async function pushIndex(session: Session, from: string, to: string | undefined): Promise<undefined> {
  const source = latest(from);
  const destination = to === undefined ? source : defaultToLatest(parseReference(to), () => undefined);
  const { target, repository, references } = openRemote(session, destination, 'push');
  session.output.say(
    `Pushing ${to === undefined ? displayReference(source) : `${formatReference(source)} to ${formatReference(destination)}`}`,
  );
  const { local } = session.stores();
  const { descriptor } = await loadIndex(source, [local]);
  const copied = await copyKit(session.kitwright(), {
    source: local,
    from: repositoryOf(source),
    referrers: allReferrers,
    root: descriptor,
    target,
    repository,
    tags: references,
    admit: admitKits(session, repository),
    concurrency: session.options.network.concurrency,
    signal: session.signal,
  });
  const { digest } = descriptor;
  session.output.answer({
    json: { target: formatReference(destination), digest, ...copied },
    text: `Pushed ${digest}`,
  });
}

function latest(text: string): Reference {
  return defaultToLatest(requireOne(text), () => undefined);
}

/** Pulls an index and its kits, or those that have the labels, each under its recorded tag. */
export async function pullIndex(session: Session, text: string, labels: readonly string[]): Promise<undefined> {
  const reference = latest(text);
  const { target: source } = openRemote(session, reference, 'pull');
  session.output.say(`Pulling ${displayReference(reference)}`);
  const { descriptor, index, target } = await loadIndex(reference, [
    acceptingSource(() => source, acceptKits(session)),
  ]);
  const { local } = session.stores();
  using _session = local.session();
  const names = await pullEntries(session, reference, matching(index, labels));
  await local.pushAlone(descriptor, contentOf(descriptor, target));
  await pullReferrers(session, reference, source, descriptor);
  await local.update((stored) => ({ ...stored, names: addNames(stored.names, names) }));
  await local.tag(descriptor, repositoryOf(reference), reference.reference);
  const { digest } = descriptor;
  session.output.answer({ json: { reference: formatReference(reference), digest }, text: `Pulled ${digest}` });
}

/** Pulls each kit once, and gives the names of all entries: an index may name one kit twenty thousand times. */
async function pullEntries(
  session: Session,
  reference: Reference,
  entries: readonly IndexEntry[],
): Promise<readonly KitName[]> {
  const repository = repositoryOf(reference);
  const names: KitName[] = [];
  for (const [digest, group] of Map.groupBy(entries, ({ descriptor }) => descriptor.digest)) {
    const [first] = group as [IndexEntry];
    await pullAs(session, kitReference(reference, first), []);
    const descriptor = await session.stores().local.resolve(repository, digest);
    const tags = new Set(group.flatMap((entry) => tagOfEntry(entry) ?? []));
    if (descriptor) for (const tag of tags) names.push({ repository, tag, descriptor });
  }
  return names;
}

/** What is attached to the index itself; each of its kits came with its own. */
async function pullReferrers(
  session: Session,
  reference: Reference,
  source: ReadTarget,
  root: Descriptor,
): Promise<void> {
  const [kitwright, repository] = [session.kitwright(), repositoryOf(reference)];
  const referrers = await referrersOfKit(kitwright, { target: source, repository, filter: allReferrers }, root);
  const options = { concurrency: session.options.network.concurrency, signal: session.signal };
  const to = { source, target: session.stores().local, repository };
  await copyKitReferrers(kitwright, to, options, [{ subject: root, referrers }]);
}
