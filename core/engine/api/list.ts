import type { Kitwright } from '../host/createKitwright.ts';
import { type ListedKit, listKits } from '../kits/kitNames.ts';
import type { Store } from '../store/openStore.ts';

/**
 * The kits of the local store, and of stores that `kit` made. One that cannot be read is left out, with a diagnostic.
 */
export function list(kitwright: Kitwright, store: Store): Promise<readonly ListedKit[]> {
  return listKits(store, kitwright.diagnostic);
}
