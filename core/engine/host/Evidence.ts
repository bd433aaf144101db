import type { JsonValue } from '../errors/JsonValue.ts';
import type { Descriptor } from '../oci/descriptor.ts';

/**
 * A signature or an attestation about a kit, before it is stored. It becomes a manifest with the kit as its `subject`
 * (OCI image-spec 1.1, "Guidelines for Artifact Usage"), or, with a tag, one without a subject beside the kit.
 */
export interface Evidence {
  readonly artifactType: string;
  /** Its layers, in order. */
  readonly blobs: readonly EvidenceBlob[];
  /** Annotations of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * The older form of cosign: an image without files has this tag, and further evidence under the same tag adds its blobs
   * to those that are there.
   */
  readonly tag?: string;
}

/** One blob of evidence; at most a few MiB, because it is held in memory. */
export interface EvidenceBlob {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Evidence that a target holds. Everything in it may be forged. */
export interface StoredEvidence extends Evidence {
  /** Of its manifest. */
  readonly descriptor: Descriptor;
}

/** A statement about a kit (in-toto Statement v1); its subject is the kit. */
export interface Statement {
  /** A URI: `https://slsa.dev/provenance/v1`. */
  readonly predicateType: string;
  readonly predicate: JsonValue;
}
