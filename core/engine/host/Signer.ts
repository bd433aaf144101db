import type { Descriptor } from '../oci/descriptor.ts';
import type { Evidence, Statement } from './Evidence.ts';
import type { OpenContext } from './OpenContext.ts';

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

/** How a signer or a verifier is set up. */
export interface SignerOptions {
  /** `--key`: a file, `env://NAME`, or an address of a key service; undefined for one that works without keys. */
  readonly key?: string | undefined;
  /** `--signer-option name=value`: what only this plugin knows. */
  readonly options: Readonly<Record<string, string>>;
  /** The password of a key, from wherever the user keeps it; undefined if there is nobody to ask. */
  readonly password: (question: string) => Promise<string | undefined>;
}

/** A signer that has its key. */
export interface OpenedSigner {
  /** Signs one kit. The caller stores what it gives, and nothing is stored before all of it is there. */
  readonly sign: (request: SignRequest) => Promise<readonly Evidence[]>;
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
