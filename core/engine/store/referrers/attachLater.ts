import { existsSync } from 'node:fs';
import { createLookup, type IndexLookup } from '../indexLookup.ts';
import { type Attached, addAttached, type KitIndex } from '../kitIndex.ts';
import type { LocalStore } from '../localStore.ts';
import { attachedBySubject, attachedByTag } from './storedReferrers.ts';

/** A store whose index changes once, whatever is attached to kits of it. */
export interface LateAttaching {
  /** What is pushed is stored at once, and found from its subject by whoever asks this store. */
  readonly store: LocalStore;
  /** Lists what was attached since, together with another change of the index; nothing where the store itself attaches later. */
  readonly commit: (change?: (index: KitIndex) => KitIndex) => Promise<void>;
}

/**
 * Attaches in one change of the index what is pushed to the store, or gets a tag of cosign: to read and write the whole
 * index for each of a thousand referrers takes long. The index is read once, too. Others do not see what is attached
 * before it is committed.
 */
export function attachLater(local: LocalStore): LateAttaching {
  if (local.attachesLater) return { store: local, commit: async () => undefined };
  const { layout } = local;
  const added: Attached[] = [];
  let found: IndexLookup | undefined;
  const lookup = () => {
    found ??= createLookup(local.list(), local.attached());
    return found;
  };
  const note = (attached: Attached) => {
    added.push(attached);
    lookup().add(attached);
  };
  const store: LocalStore = {
    ...local,
    attachesLater: true,
    push: async (descriptor, content) => {
      await local.pushAlone(descriptor, content);
      const attached = attachedBySubject(layout, descriptor);
      if (attached) note(attached);
    },
    tag: async (descriptor, repository, tag) => {
      const attached = attachedByTag(layout, descriptor, repository, tag);
      if (attached) note(attached);
      else await local.tag(descriptor, repository, tag);
    },
    referrers: async function* ({ digest }) {
      for (const { descriptor } of lookup().bySubject(digest))
        if (existsSync(layout.blob(descriptor.digest))) yield descriptor;
    },
    findTags: async (_repository, tags) => tags.filter((tag) => lookup().isTag(tag)),
    resolve: async (repository, reference) =>
      lookup().named(repository, reference) ?? lookup().tagged(repository, reference),
  };
  return {
    store,
    commit: async (change) => {
      const attached = added.splice(0);
      if (attached.length || change) await local.update((index) => (change ?? unchanged)(addAttached(index, attached)));
      // Others change it too.
      found = undefined;
    },
  };
}

const unchanged = (index: KitIndex): KitIndex => index;
