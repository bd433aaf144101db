import type { KeyObject } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import type { Proven, Prover } from '../createVerifier.ts';
import { envelopeIn } from '../formats/attestationBlob.ts';
import { payloadType } from '../formats/dsse.ts';
import { refused } from '../formats/refused.ts';
import { payloadSignature } from '../formats/simpleSigning.ts';
import { fingerprintOf } from '../keys/publicKey.ts';
import { mismatchOf, type WantedIdentity } from './identity.ts';
import { legacyBundle } from './legacyBundle.ts';
import { isBundleType, readBundle } from './readBundle.ts';
import type { TrustedRoot } from './trustedRoot.ts';
import { type SignedContent, verifySigned } from './verifySigned.ts';

/** Who counts: an identity, or a key whose signatures are in a log. */
export type WantedSigner = { readonly identity: WantedIdentity } | { readonly key: KeyObject };

/** Trusts what a root vouches for: certificates, the log of signatures, timestamps. */
export function rootProver(root: TrustedRoot, wanted: WantedSigner, ignoresSct: boolean): Prover {
  const prove = (bundle: Bundle, content?: SignedContent): Omit<Proven, 'bytes'> => {
    const key = 'key' in wanted ? wanted.key : undefined;
    const { identity, time } = verifySigned(bundle, { root, key, ignoresSct }, content);
    const mismatch = identity && 'identity' in wanted ? mismatchOf(identity, wanted.identity) : undefined;
    if (mismatch !== undefined) throw refused(mismatch);
    const signer = identity ? `${identity.subject} (${identity.issuer})` : fingerprintOf(key as KeyObject);
    return { signer, ...(time === undefined ? {} : { time }), logged: true };
  };
  const proveEnvelope = (bundle: Bundle): Proven => ({ ...prove(bundle), bytes: statementIn(bundle) });
  return {
    readsBundle: isBundleType,
    bundle: (bytes) => proveEnvelope(readBundle(bytes)),
    payload: (blob) => {
      const { bytes } = blob;
      const bundle = legacyBundle(blob, { payload: bytes, signature: payloadSignature(blob) });
      return { ...prove(bundle, { artifact: bytes }), bytes };
    },
    envelope: (blob) => proveEnvelope(legacyBundle(blob, { envelope: envelopeIn(blob) })),
  };
}

function statementIn({ content }: Bundle): Uint8Array {
  if (content.$case !== 'dsseEnvelope') throw refused('its bundle signs bytes, and states nothing');
  const { payload, payloadType: type } = content.dsseEnvelope;
  if (type !== payloadType) throw refused('its payload is no statement of in-toto');
  return payload;
}
