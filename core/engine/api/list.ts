import type { Kitwright } from '../host/createKitwright.ts';
import { type ListedKit, listKits } from '../kits/kitNames.ts';
import type { Store } from '../store/openStore.ts';

/**
 * The kits of the local store, and of stores that `kit` made. One that cannot be read is left out, with a diagnostic.
 */
export async function list(kitwright: Kitwright, store: Store): Promise<readonly ListedKit[]> {
  const kits = await listKits(store, kitwright.diagnostic);
  return kits.map(({ repository, digest, tags, kitfile, manifest }) => ({
    repository,
    digest,
    tags,
    kitfile,
    manifest,
  }));
}
