import type { Descriptor } from '../oci/descriptor.ts';
import type { Statement, StoredEvidence } from './Evidence.ts';
import type { OpenContext } from './OpenContext.ts';
import type { SignerOptions } from './SignerOptions.ts';

/** Verifies signatures and attestations. */
export interface Verifier {
  readonly id: string;
  /** Reads keys and roots. Throws `key-invalid`, `usage`. */
  readonly open: (options: SignerOptions, context: OpenContext) => Promise<OpenedVerifier>;
}

/** A verifier that knows whom it trusts. */
export interface OpenedVerifier {
  /** Is evidence of this artifact type, or under this tag, in a form that it reads? Any other is passed over, not failed. */
  readonly reads: (evidence: Pick<StoredEvidence, 'artifactType' | 'tag'>) => boolean;
  /**
   * Verifies that evidence is about this kit, and by somebody who is trusted. Throws `signature-invalid` otherwise, with
   * the reason; it never gives a result for what it did not verify.
   */
  readonly verify: (evidence: StoredEvidence, subject: Descriptor) => Promise<readonly Verified[]>;
}

/** What was proven: one of these for each signature in the evidence. */
export interface Verified {
  /** Whose key or identity signed: a fingerprint of the key, or the identity and its issuer. */
  readonly signer: string;
  /** In which form the evidence is, as the verifier calls it: `bundle`, `legacy`. */
  readonly format: string;
  /** Signed annotations. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The repository for which it was signed, `registry/repository`; undefined if the signature does not say. */
  readonly repository?: string | undefined;
  /** The statement of an attestation; undefined for a signature. */
  readonly statement?: Statement | undefined;
  /** When it was signed, if a log or a timestamp authority says so: RFC 3339. */
  readonly time?: string | undefined;
  /** A transparency log has it, and that was verified. */
  readonly logged?: boolean | undefined;
  /** When it ends to count, if the signer says so: RFC 3339. */
  readonly expires?: string | undefined;
  /** What was not checked, in sentences: whoever trusts the result should know. */
  readonly notes?: readonly string[] | undefined;
}
