import type { Descriptor } from '../oci/descriptor.ts';
import type { Evidence, Statement } from './Evidence.ts';
import type { OpenContext } from './OpenContext.ts';
import type { SignerOptions } from './SignerOptions.ts';
import type { OpenedVerifier } from './Verifier.ts';

/** Signs kits, with a key or with an identity. */
export interface Signer {
  /** The word for `--signer`. */
  readonly id: string;
  /**
   * Reads the key and asks for its password, once: a watch signs each kit with what this gives. Throws `key-invalid`,
   * `usage` for options that do not fit.
   */
  readonly open: (options: SignerOptions, context: OpenContext) => Promise<OpenedSigner>;
}

/** A signer that has its key. */
export interface OpenedSigner {
  /** Signs one kit. The caller stores what it gives, and nothing is stored before all of it is there. */
  readonly sign: (request: SignRequest) => Promise<readonly Evidence[]>;
  /** Verifies what this signer makes. What is made is checked with it, and is not stored again where it is already. */
  readonly own: OpenedVerifier;
  /** Its public key in PEM, if it has one: some formats name it. */
  readonly publicKey?: string | undefined;
  /** False if it signs no statements: who asks for an attestation is told before a kit is made. */
  readonly attests?: boolean | undefined;
  /** What is not done, in sentences, said with what was signed. */
  readonly notes?: readonly string[] | undefined;
}

/** What is signed. */
export interface SignRequest {
  /** The manifest of the kit. Its digest is what a signature is about. */
  readonly subject: Descriptor;
  /** `registry/repository`, which some formats record. */
  readonly repository: string;
  /** `-a`: signed with the rest. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Makes an attestation instead of a signature. */
  readonly statement?: Statement | undefined;
}
