import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { KitwrightError, type SignerOptions } from '@kitwright/core/plugin';
import { bundleBytes, hintOf, preAuthEncoding } from './bundle.ts';
import { type SignModel, statementBytes } from './signModel.ts';
import { refused } from './statement.ts';
import type { ModelSigner, VerifyBundle } from './verifyModel.ts';

/** The hash of each curve (OpenSSF Model Signing 1.0, "Signing Methods"). */
const hashes: Readonly<Record<string, string>> = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' };

function hashOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject, name: string): string {
  const hash = type === 'ec' ? hashes[details?.namedCurve ?? ''] : undefined;
  if (hash !== undefined) return hash;
  throw keyError(name, 'is not on P-256, P-384 or P-521');
}

/**
 * Signs with the private key in a text in PEM, which may be encrypted; undefined if it is a key of another kind, as cosign
 * has them. Certificates in DER, that of the key first, go with the signature. Throws `key-invalid`.
 */
export async function signWithKey(
  text: string,
  name: string,
  password: SignerOptions['password'],
  certificates: readonly Uint8Array[] = [],
): Promise<SignModel | undefined> {
  const kind = /-----BEGIN (?:(EC|ENCRYPTED) )?PRIVATE KEY-----/.exec(text);
  if (!kind) return undefined;
  const isEncrypted = kind[1] === 'ENCRYPTED' || /^Proc-Type: .*ENCRYPTED/m.test(text);
  const passphrase = isEncrypted ? await password(`Password of ${name}`) : undefined;
  if (isEncrypted && passphrase === undefined) throw keyError(name, 'needs its password');
  const key = openKey(name, () => createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) }));
  const [hash, publicKey] = [hashOf(key, name), createPublicKey(key)];
  const [own] = certificates;
  if (own && !new X509Certificate(own).publicKey.equals(publicKey))
    throw keyError(name, 'is not that of the first certificate');
  return async (model) => {
    const payload = statementBytes(model);
    const signature = sign(hash, preAuthEncoding(payload), key);
    return bundleBytes(payload, signature, own ? certificates : hintOf(publicKey));
  };
}

/** Verifies with the public key in a text in PEM. Throws `key-invalid`. */
export function verifyWithKey(text: string, name: string): VerifyBundle {
  if (!/^\s*-----BEGIN PUBLIC KEY-----/.test(text)) throw keyError(name, 'is no public key in PEM');
  const key = openKey(name, () => createPublicKey(text));
  const hash = hashOf(key, name);
  const der = key.export({ format: 'der', type: 'spki' });
  const signer = `sha256:${createHash('sha256').update(der).digest('hex')}`;
  return async (_, { payload, signature, hint, hasIdentity, chain }) => {
    if (hasIdentity || chain.length) throw refused('it is by a certificate, not by a key');
    if (hint !== undefined && hint !== hintOf(key)) throw refused('it is not by this key');
    if (!verify(hash, preAuthEncoding(payload), key, signature)) throw refused('it is not by this key');
    return { signer };
  };
}

/** Gives the key of the first of some certificates, and whose it is. Throws `signature-invalid`. */
export type CertifyKey = (certificates: readonly Uint8Array[]) => ModelSigner & { readonly key: KeyObject };

/** Verifies with the certificates in a signature, which `certify` decides on. */
export function verifyWithCertificates(certify: CertifyKey): VerifyBundle {
  return async (_, { payload, signature, chain }) => {
    if (!chain.length) throw refused('it is by a key, not by a certificate');
    const { key, ...signer } = certify(chain);
    const { namedCurve = '' } = key.asymmetricKeyDetails ?? {};
    const hash = Object.hasOwn(hashes, namedCurve) ? hashes[namedCurve] : undefined;
    if (hash === undefined) throw refused('its key is not on P-256, P-384 or P-521');
    if (!verify(hash, preAuthEncoding(payload), key, signature)) throw refused('it is not by its certificate');
    return signer;
  };
}

function openKey(name: string, open: () => KeyObject): KeyObject {
  try {
    return open();
  } catch (error) {
    throw keyError(name, 'cannot be read, or not with this password', error);
  }
}

function keyError(name: string, why: string, cause?: unknown): KitwrightError {
  const because = cause === undefined ? {} : { cause };
  return new KitwrightError('key-invalid', `The key ${name} ${why}.`, { data: { key: name }, ...because });
}
