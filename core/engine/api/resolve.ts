import type { Kitwright } from '../host/createKitwright.ts';
import { kitSources, type Place } from '../kits/kitSources.ts';
import { type LoadedKit, loadKit } from '../kits/loadKit.ts';
import { parseReference, withDefaultTag } from '../oci/reference.ts';
import type { Store } from '../store/openStore.ts';

/** Which kit `resolve` finds. */
export interface ResolveOptions {
  /** `[registry/]repository[:tag|@digest]`. */
  readonly name: string;
  readonly store: Store;
  /** Where to look: by default `anywhere`, first the local store and then the registry. */
  readonly place?: Place;
}

/**
 * Finds a kit by its name and reads its manifest and Kitfile, not its layers. Throws `reference-invalid`,
 * `kit-not-found`, `kit-malformed`, `descriptor-mismatch`, `index-invalid`, `network-failed`.
 */
export function resolve(kitwright: Kitwright, options: ResolveOptions): Promise<LoadedKit> {
  const { name, store, place = 'anywhere' } = options;
  return loadKit(withDefaultTag(parseReference(name)), kitSources({ kitwright, store }, place));
}
