import { createFileMemo } from '../files/createFileMemo.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { type Attached, type KitIndex, readIndex } from './kitIndex.ts';
import { resolveName } from './resolveName.ts';
import type { KitName } from './roles.ts';
import type { StoreLayout } from './storeLayout.ts';

/** Finds what an index of the store has. */
export type IndexLookup = ReturnType<typeof createLookup>;

const known = new Map<string, () => IndexLookup>();

/**
 * The index of the store as it is now, read again only if its file is another one: it may have ten thousand kits, and who
 * shows them asks for the referrers of each. Throws as `readIndex` does.
 */
export function indexLookup(layout: StoreLayout): Omit<IndexLookup, 'add'> {
  const { index } = layout;
  const read = known.get(index) ?? createFileMemo(index, () => lookupIn(readIndex(layout)));
  known.set(index, read);
  return read();
}

function lookupIn({ names, attached }: KitIndex): IndexLookup {
  return createLookup(names, attached);
}

/** Finds what an index of the store has by name, subject and tag, as the store itself does. */
export function createLookup(names: readonly KitName[], attached: readonly Attached[]) {
  const kits = new Map<string, KitName[]>();
  for (const name of names)
    for (const reference of [name.tag ?? '', name.descriptor.digest]) {
      const key = `${name.repository}\n${reference}`;
      const group = kits.get(key);
      if (group) group.push(name);
      else kits.set(key, [name]);
    }
  const [subjects, tags] = [new Map<string, Map<string, Attached>>(), new Map<string, Map<string, Attached>>()];
  const add = (one: Attached) => {
    if (one.name) moveTo(tags, one.name.tag, one.name.repository, one);
    else moveTo(subjects, one.subject, one.descriptor.digest, one);
  };
  for (const one of attached) add(one);
  return {
    add,
    named: (repository: string, reference: string) =>
      resolveName(kits.get(`${repository}\n${reference}`) ?? [], repository, reference),
    bySubject: (digest: Digest): readonly Attached[] => [...(subjects.get(digest)?.values() ?? [])],
    isTag: (tag: string) => tags.has(tag),
    /** In this repository or another, as the store resolves it. */
    tagged: (repository: string, tag: string): Descriptor | undefined => {
      const group = tags.get(tag);
      return (group?.get(repository) ?? group?.values().next().value)?.descriptor;
    },
  };
}

/** What is added comes last, also where it takes the place of another one. */
function moveTo<T>(groups: Map<string, Map<string, T>>, group: string, key: string, value: T): void {
  const found = groups.get(group) ?? new Map<string, T>();
  found.delete(key);
  groups.set(group, found.set(key, value));
}
