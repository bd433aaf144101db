import { isReferrersTag } from '../oci/referrerTags.ts';
import { addNames } from './kitIndex.ts';
import type { LocalStore } from './localStore.ts';
import { attachLater, type LateAttaching } from './referrers/attachLater.ts';
import type { KitName } from './roles.ts';

/**
 * A store in which kits get their names all at once, by `commit`: to read and write the whole index for each of a thousand
 * kits takes long. Whoever uses it holds a session, so that nobody removes what has no name yet.
 */
export function nameLater(local: LocalStore): Pick<LateAttaching, 'store'> & { readonly commit: () => Promise<void> } {
  const { store, commit } = attachLater(local);
  const names: KitName[] = [];
  return {
    store: {
      ...store,
      tag: async (descriptor, repository, tag) => {
        // What cosign keeps under tags belongs to a kit, and has no name.
        if (tag !== undefined && isReferrersTag(tag)) await store.tag(descriptor, repository, tag);
        else names.push({ descriptor, repository, tag });
      },
    },
    commit: async () => {
      const added = names.splice(0);
      await commit(added.length ? (index) => ({ ...index, names: addNames(index.names, added) }) : undefined);
    },
  };
}
