import type { KeyObject } from 'node:crypto';
import type { Algorithm } from '../algorithms.ts';
import type { SignedAttributes } from './signedAttributes.ts';

/** A signature envelope, taken apart; nothing in it is verified. */
export interface Envelope {
  readonly payload: Uint8Array;
  /** What is signed. */
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  /** As the envelope names it. */
  readonly algorithm: string | number;
  readonly attributes: SignedAttributes;
  /** Certificates in DER, that of the signer first. */
  readonly chain: readonly Uint8Array[];
  /** A time-stamp token (RFC 3161) over the signature. */
  readonly timestamp?: Uint8Array | undefined;
}

/** What an envelope is made of. */
export interface EnvelopeDraft {
  readonly payload: Uint8Array;
  readonly key: KeyObject;
  readonly algorithm: Algorithm;
  readonly signingTime: Date;
  readonly expiry?: Date | undefined;
  readonly chain: readonly Uint8Array[];
}

/** One of the two forms of an envelope. */
export interface EnvelopeFormat {
  /** Throws `signature-invalid`. */
  readonly read: (bytes: Uint8Array) => Envelope;
  /** The name of the algorithm in this form. */
  readonly nameOf: (algorithm: Algorithm) => string | number;
  /** Signs. `stamp` gives the time-stamp token for a signature. */
  readonly write: (
    draft: EnvelopeDraft,
    stamp: (signature: Uint8Array) => Promise<Uint8Array | undefined>,
  ) => Promise<Uint8Array>;
}
