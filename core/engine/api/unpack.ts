import type { Existing } from '../files/checkFree.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import { kitSources } from '../kits/kitSources.ts';
import { parseReference, withDefaultTag } from '../oci/reference.ts';
import type { Store } from '../store/openStore.ts';
import { type Unpacked, unpackKit } from '../unpack/unpackKit.ts';

/** What `unpack` does, and where. */
export interface UnpackOptions {
  /** `[registry/]repository[:tag|@digest]`; searched in the local store, then at its registry. */
  readonly name: string;
  /** Where the files go; it is created if it does not exist. */
  readonly directory: string;
  readonly store: Store;
  /** `types[:names]`, e.g. `model` or `datasets:train`; everything by default. */
  readonly filters?: readonly string[];
  /** What to do with a file that exists already: `refuse` (default), `replace` or `keep`. */
  readonly existing?: Existing;
  /** Also downloads datasets that are not packed: those at URLs, and those of other kits. */
  readonly includeRemote?: boolean;
  /**
   * Hosts that get the user's credentials if the kit refers to kits there; its own registry always does. Other hosts
   * get none.
   */
  readonly allowedRegistries?: readonly string[];
  /** Cancels the unpack; files that have their final name are complete. */
  readonly signal?: AbortSignal;
}

/**
 * Unpacks a kit into a directory. Every byte is verified (SHA-256) before its file has its final name.
 * Throws `kit-not-found`, `filter-invalid`, `unpack-exists`, `unpack-refused`, `descriptor-mismatch`, `kit-malformed`,
 * `disk-full`, `network-failed`, `cancelled`.
 */
export function unpack(kitwright: Kitwright, options: UnpackOptions): Promise<Unpacked> {
  const { name, directory, store, filters = [], existing = 'refuse', includeRemote = false } = options;
  return unpackKit(kitwright, {
    reference: withDefaultTag(parseReference(name)),
    targets: kitSources({ kitwright, store, allowedRegistries: options.allowedRegistries }, 'anywhere'),
    directory,
    filters,
    existing,
    includeRemote,
    onStep: () => undefined,
    signal: options.signal ?? new AbortController().signal,
  });
}
