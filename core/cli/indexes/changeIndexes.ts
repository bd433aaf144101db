import {
  changeIndex,
  changeLabels,
  collectGarbage,
  displayReference,
  emptyIndex,
  entryOf,
  type IndexEntry,
  KitwrightError,
  keepManifest,
  loadIndex,
  loadKit,
  type Reference,
  removeKit,
  requireSameRepository,
  tagOfEntry,
  withEntry,
} from '@kitwright/core/internal';
import { parsePairs } from '../options/parsePairs.ts';
import { requireTag } from '../references.ts';
import { kitSources } from '../remote.ts';
import type { Session } from '../Session.ts';

export async function createIndex(session: Session, text: string): Promise<undefined> {
  const reference = indexReference(text);
  const { digest } = await changeIndex(session.stores().local, reference, (found) => {
    if (!found) return emptyIndex;
    throw new KitwrightError('index-invalid', `The index ${displayReference(reference)} already exists.`, {
      hint: 'Add kits with "kitwright index add", or remove it with "kitwright index delete".',
    });
  });
  return report(session, `Created index ${displayReference(reference)} (digest ${digest})`, { digest });
}

/** An index needs a tag, because its digest changes with every kit. */
function indexReference(text: string): Reference {
  const reference = requireTag(text);
  if (!reference.isDigest) return reference;
  throw new KitwrightError('reference-invalid', `An index is named by a tag, not by a digest: ${text}.`);
}

function report({ output }: Session, text: string, json: object): undefined {
  output.answer({ json, text });
  return undefined;
}

export interface AddFlags {
  readonly label: readonly string[];
  readonly annotate: readonly string[];
  readonly remote?: boolean;
}

/** Adds a kit, or changes the labels of one that the index has. The kit may be only at the registry. */
export async function addToIndex(
  session: Session,
  indexText: string,
  kitText: string,
  flags: AddFlags,
): Promise<undefined> {
  const [reference, kitName] = [indexReference(indexText), requireTag(kitText)];
  const annotations = parsePairs(flags.annotate, 'An annotation');
  changeLabels({}, flags.label);
  requireSameRepository(reference, kitName);
  const { local } = session.stores();
  using _session = local.session();
  const kit = await loadKit(kitName, kitSources(session, flags.remote ? 'remote' : 'local'));
  await keepManifest(local, kit);
  const { digest } = await changeIndex(local, reference, (found) => {
    if (!found) throw missing(reference);
    const old = found.entries.find(({ descriptor }) => descriptor.digest === kit.descriptor.digest);
    const labels = changeLabels(old?.labels ?? {}, flags.label);
    return withEntry(found, entryOf(kit, kitName, labels, { ...old?.descriptor.annotations, ...annotations }));
  });
  return report(session, `Added ${displayReference(kitName)} to ${displayReference(reference)} (digest ${digest})`, {
    digest,
    added: kit.descriptor.digest,
  });
}

function missing(reference: Reference): KitwrightError {
  return new KitwrightError('kit-not-found', `There is no index ${displayReference(reference)} in the local store.`, {
    hint: `Make it with "kitwright index create ${displayReference(reference)}".`,
  });
}

/** Removes a kit from an index, by its digest or by its recorded tag. The kit itself stays. */
export async function removeFromIndex(session: Session, indexText: string, kitText: string): Promise<undefined> {
  const [reference, kitName] = [indexReference(indexText), requireTag(kitText)];
  requireSameRepository(reference, kitName);
  const isWanted = (entry: IndexEntry): boolean =>
    (kitName.isDigest ? entry.descriptor.digest : tagOfEntry(entry)) === kitName.reference;
  const { digest } = await changeIndex(session.stores().local, reference, (found) => {
    if (!found) throw missing(reference);
    const entries = found.entries.filter((entry) => !isWanted(entry));
    if (entries.length < found.entries.length) return { ...found, entries };
    throw new KitwrightError('kit-not-found', `The index ${displayReference(reference)} does not have ${kitText}.`);
  });
  return report(
    session,
    `Removed ${displayReference(kitName)} from ${displayReference(reference)} (digest ${digest})`,
    {
      digest,
    },
  );
}

/** Removes an index; kits that have names of their own stay. */
export async function deleteIndex(session: Session, text: string): Promise<undefined> {
  const reference = indexReference(text);
  const { stores } = session;
  await loadIndex(reference, [stores().local]);
  const { digest } = await removeKit(stores(), reference, false);
  await collectGarbage(stores().local);
  return report(session, `Removed ${displayReference(reference)} (digest ${digest})`, { digest });
}
