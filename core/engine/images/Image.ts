import type { Descriptor } from '../oci/descriptor.ts';
import type { ReadTarget } from '../store/roles.ts';
import type { Platform } from './platform.ts';

/** A blob of an image, and who has its bytes. */
export interface ImageBlob {
  readonly descriptor: Descriptor;
  readonly source: ReadTarget;
}

/** A layer of an image. */
export interface ImageLayer extends ImageBlob {
  /** SHA-256 of the uncompressed tar. */
  readonly diffId: string;
  /** What made it: the `created_by` of the history. */
  readonly createdBy: string;
}

/** An image, or an artifact, for one platform: its manifest, and all that must be stored before it. */
export interface Image {
  readonly root: Descriptor;
  readonly manifestBytes: Uint8Array;
  readonly blobs: readonly ImageBlob[];
  /** Undefined for an artifact. */
  readonly platform: Platform | undefined;
}

/** What every image of a set is made from beside its layers. */
export interface ImageSettings {
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** Variables, which replace those of the base. */
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly labels?: Readonly<Record<string, string>>;
}
