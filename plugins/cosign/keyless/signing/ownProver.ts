import { X509Certificate } from 'node:crypto';
import type { Proven, Prover } from '../../createVerifier.ts';
import { bundleType } from '../../formats/bundle.ts';
import { verifyEnvelope } from '../../formats/dsse.ts';
import { refused } from '../../formats/refused.ts';
import { isRecord, strictJson } from '../../formats/strictJson.ts';
import { readBundle } from '../readBundle.ts';
import type { TrustedRoot } from '../trustedRoot.ts';
import { verifySigned } from '../verifySigned.ts';
import type { IdentityToken } from './identityToken.ts';

/**
 * Proves what a signer has just made, by its certificates: that the signature is right, and with a root that everything
 * the services gave is. Whether the certificate is in a log is for those who verify.
 */
export function ownProver(
  made: ReadonlySet<string>,
  root: TrustedRoot | undefined,
  { subject, issuer }: IdentityToken,
): Prover {
  const never = () => {
    throw refused('it was not made now');
  };
  const bundle = (bytes: Uint8Array): Proven => {
    const { content } = readBundle(bytes).verificationMaterial;
    const leaf = content.$case === 'certificate' ? content.certificate.rawBytes : Buffer.alloc(0);
    if (!made.has(leaf.toString('base64'))) return never();
    const { dsseEnvelope } = strictJson(bytes, 'bundle');
    const statement = verifyEnvelope(isRecord(dsseEnvelope) ? dsseEnvelope : {}, new X509Certificate(leaf).publicKey);
    const proven = { bytes: statement, signer: `${subject} (${issuer})`, logged: true };
    const { time } = root ? verifySigned(readBundle(bytes), { root, ignoresSct: true }) : { time: undefined };
    return time === undefined ? proven : { ...proven, time };
  };
  return { readsBundle: (type) => type === bundleType, bundle, payload: never, envelope: never };
}
