import type { KeyObject } from 'node:crypto';
import type { Prover } from './createVerifier.ts';
import { verifyAttestationBlob } from './formats/attestationBlob.ts';
import { bundleType, verifyBundle } from './formats/bundle.ts';
import { verifyPayload } from './formats/simpleSigning.ts';
import { fingerprintOf } from './keys/publicKey.ts';

/** Trusts one key, for itself: it asks no transparency log. */
export function keyProver(key: KeyObject): Prover {
  const signer = fingerprintOf(key);
  return {
    readsBundle: (type) => type === bundleType,
    bundle: (bytes) => ({ bytes: verifyBundle(bytes, key), signer }),
    payload: (blob) => ({ bytes: verifyPayload(blob, key), signer }),
    envelope: (blob) => ({ bytes: verifyAttestationBlob(blob, key), signer }),
  };
}
