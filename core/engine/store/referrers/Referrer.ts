import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import type { ReferrerFilter } from '../../oci/referrerFilter.ts';
import type { ReadTarget } from '../roles.ts';

/** A manifest that belongs to another one: a signature, an attestation, an SBOM, any attached artifact. */
export interface Referrer {
  /** With artifact type and annotations as its own manifest has them. */
  readonly descriptor: Descriptor;
  readonly subject: Digest;
  /** Its manifest, verified. */
  readonly bytes: Uint8Array;
  /** The tag of cosign that makes it belong; undefined where its own `subject` does. */
  readonly tag: string | undefined;
}

/** Where referrers are searched, and which. */
export interface ReferrerSearch {
  readonly target: ReadTarget;
  /** As the target's `resolve` takes it. */
  readonly repository: string;
  readonly filter: ReferrerFilter;
  /** Told what is listed as a referrer and is none. */
  readonly warn: (message: string) => void;
}
