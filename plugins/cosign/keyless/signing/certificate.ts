import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import type { OpenContext } from '@kitwright/core/plugin';
import { isRecord, type JsonRecord } from '../../formats/strictJson.ts';
import type { SigningKey } from '../../keys/openSigningKey.ts';
import { callJson, serviceError } from './callService.ts';
import type { IdentityToken } from './identityToken.ts';

/** A key that signs once, and a certificate that says for whom. */
export interface CertifiedKey extends SigningKey {
  readonly certificate: X509Certificate;
}

const service = 'Fulcio';

/**
 * A new key with a certificate of Fulcio (sigstore/fulcio, fulcio.proto, `CreateSigningCertificate`): the token says who,
 * a signature over its subject that the key is theirs. Throws what `callService` throws.
 */
export async function certifiedKey(fulcio: string, token: IdentityToken, context: OpenContext): Promise<CertifiedKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const request = {
    credentials: { oidcIdentityToken: token.text },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: publicKey.export({ format: 'pem', type: 'spki' }) },
      proofOfPossession: sign('sha256', Buffer.from(token.subject), privateKey).toString('base64'),
    },
  };
  const answer = await callJson(
    {
      service,
      url: `${fulcio.replace(/\/$/, '')}/api/v2/signingCert`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    },
    context,
  );
  return {
    publicKey,
    certificate: certificateIn(answer, publicKey),
    sign: async (bytes) => sign('sha256', bytes, privateKey),
  };
}

function certificateIn(answer: JsonRecord, key: KeyObject): X509Certificate {
  const { signedCertificateEmbeddedSct: embedded, signedCertificateDetachedSct: detached } = answer;
  const found = [embedded, detached].find(isRecord);
  const chain = isRecord(found?.['chain']) ? found['chain']['certificates'] : undefined;
  const [leaf] = Array.isArray(chain) ? (chain as readonly unknown[]) : [];
  const certificate = parse(leaf);
  if (certificate?.publicKey.equals(key)) return certificate;
  throw serviceError({ service }, 'gave no certificate for the key that was sent');
}

function parse(pem: unknown): X509Certificate | undefined {
  try {
    return new X509Certificate(String(pem));
  } catch (error) {
    throw serviceError({ service }, 'gave no certificate', error);
  }
}
