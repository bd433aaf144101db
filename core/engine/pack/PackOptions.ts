import type { TargetSource } from '../kits/loadKit.ts';
import type { Digest } from '../oci/digest.ts';
import type { Reference } from '../oci/reference.ts';
import type { ScanLayers } from '../plan/planKit.ts';
import type { KitfileLocation } from '../plan/readKitfile.ts';
import type { LocalStore } from '../store/localStore.ts';
import type { KitName } from '../store/roles.ts';
import type { EarlyPush } from './earlyPush.ts';
import type { CaptureMode } from './layer/capture.ts';

/** What is packed, how, and where it is stored. */
export interface PackOptions {
  readonly directory: string;
  /** The directory is packed only if it lies in this one (`fileId`), whatever takes its name meanwhile. */
  readonly within?: string | undefined;
  readonly kitfile: KitfileLocation;
  /** Where the Kitfile comes from: other registries to which it refers get no credentials. Undefined if the user wrote it. */
  readonly from?: Reference | undefined;
  readonly store: LocalStore;
  /** Further targets in which references to other kits are resolved. */
  readonly references?: readonly TargetSource[];
  /** The name of the kit, with its tags; undefined = stored without a name. */
  readonly name?: Reference | undefined;
  /**
   * Called with those of its names that the store has already, before this kit (`digest`) gets them: what it throws leaves
   * them as they are.
   */
  readonly onNames?: ((before: readonly KitName[], digest: Digest) => void) | undefined;
  readonly layerFormat: string;
  readonly compression?: string | undefined;
  /** Each checkpoint directory of the model is a layer of its own, named in the kit's Kitfile. */
  readonly perCheckpoint?: boolean | undefined;
  readonly capture: CaptureMode;
  /** Also write each layer as a blob, so that other OCI tools can read the store. */
  readonly blobs?: boolean;
  /** Seconds since 1970 for the creation annotation; left out if undefined. */
  readonly createdAt?: number | undefined;
  readonly midstates?: boolean;
  /** Read every file again, even if its fingerprint did not change. */
  readonly distrust?: boolean;
  /**
   * What is refused instead of giving a warning: secrets that scanners find, or everything that normally belongs in no
   * kit.
   */
  readonly refuse?: 'secrets' | 'everything' | undefined;
  /** Also compute SHA-256 of each file, if there are at most so many files and directories. */
  readonly fileDigests?: number | undefined;
  /** Awaited before the kit gets its name: if it is rejected, the kit gets none. */
  readonly admission?: Promise<unknown> | undefined;
  /** Uploads layers while they are hashed. */
  readonly early?: EarlyPush | undefined;
  /** A scan of the layers that was made before; undefined = read the file system while planning. */
  readonly scan?: ScanLayers | undefined;
  readonly signal: AbortSignal;
}
