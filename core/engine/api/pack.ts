import type { Kitwright } from '../host/createKitwright.ts';
import type { StoredKit } from '../host/nouns.ts';
import { kitSources } from '../kits/kitSources.ts';
import { parseReference, withDefaultTag } from '../oci/reference.ts';
import type { CaptureMode } from '../pack/layer/capture.ts';
import type { PackOptions as PackRun } from '../pack/PackOptions.ts';
import { packKit } from '../pack/packKit.ts';
import type { Store } from '../store/openStore.ts';

/** What `pack` does, and where. */
export interface PackOptions {
  /** The directory that is packed. */
  readonly directory: string;
  readonly store: Store;
  /**
   * `[registry/]repository[:tag1,tag2]`; without it the kit is stored, but has no name. The default tag is `latest`.
   */
  readonly name?: string;
  /** Path of the Kitfile, or its bytes; by default the `Kitfile` in the directory. */
  readonly kitfile?: string | Uint8Array;
  /** Id of a layer type: `tar` (default), `raw`, or one of a plugin. */
  readonly layerFormat?: string;
  /** Id of a compressor: `gzip`, `zstd`, ...; layers are not compressed by default. */
  readonly compression?: string;
  /** Each checkpoint directory of the model becomes a layer of its own; the Kitfile in the kit names it. */
  readonly perCheckpoint?: boolean;
  /** How file contents enter the store: by default as a reflink where the file system can, else as a copy. */
  readonly capture?: CaptureMode;
  /**
   * Seconds since 1970 for the annotation of the creation time; without it there is none, so that builds are
   * reproducible.
   */
  readonly createdAt?: number;
  /** Refuses what otherwise gives a warning: secrets that scanners find, version control, environments, caches. */
  readonly strict?: boolean;
  /** Cancels the pack; kits stored before are not affected. */
  readonly signal?: AbortSignal;
}

/**
 * Packs a directory into a kit of the local store, and gives the kit its names. Only what changed since the last pack
 * is read. Throws `kitfile-not-found`, `kitfile-invalid`, `layer-path-missing`, `layer-path-outside`,
 * `reference-invalid`, `content-changed`, `file-unreadable`, `disk-full`, `store-failed`, `cancelled`.
 */
export function pack(kitwright: Kitwright, options: PackOptions): Promise<StoredKit> {
  const name = options.name === undefined ? undefined : withDefaultTag(parseReference(options.name));
  return packKit(kitwright, { ...packDefaults(kitwright, options), name });
}

/** The options of a run, with the defaults of `pack`; `watch` uses them too. */
export function packDefaults(kitwright: Kitwright, options: Omit<PackOptions, 'name'>): Omit<PackRun, 'name'> {
  const { directory, store, kitfile } = options;
  return {
    directory,
    kitfile: kitfile === undefined ? {} : typeof kitfile === 'string' ? { file: kitfile } : { bytes: kitfile },
    store: store.local,
    references: kitSources({ kitwright, store }, 'anywhere').filter((source) => source !== store.local),
    layerFormat: options.layerFormat ?? 'tar',
    compression: options.compression,
    perCheckpoint: options.perCheckpoint,
    capture: options.capture ?? 'auto',
    createdAt: options.createdAt,
    refuse: options.strict ? 'everything' : undefined,
    signal: options.signal ?? new AbortController().signal,
  };
}
