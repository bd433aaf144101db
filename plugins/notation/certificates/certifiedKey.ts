import type { KeyObject } from 'node:crypto';
import type { OpenContext } from '@kitwright/core/plugin';
import { keyError } from '../openPrivateKey.ts';
import { refused } from '../refused.ts';
import { buildChain } from './buildChain.ts';
import { checkChain, checkValidity } from './checkChain.ts';
import { readCertificates } from './readCertificates.ts';
import { readChain } from './readChain.ts';
import { signerName } from './signerName.ts';

/** A key, and whose it is. */
export interface CertifiedKey {
  readonly key: KeyObject;
  readonly signer: string;
  readonly notes: readonly string[];
}

/**
 * Gives the key of the first of some certificates in DER, if it is for signing and below one of these roots. Throws
 * `key-invalid`; what it gives throws `signature-invalid`.
 */
export function certifiedKeys(
  roots: readonly string[],
  context: Pick<OpenContext, 'env'>,
): (certificates: readonly Uint8Array[]) => CertifiedKey {
  const trusted = roots.flatMap((name) => readCertificates(name, context));
  return (certificates) => {
    const [signer, ...others] = readChain(certificates);
    if (!signer) throw refused('it has no certificate');
    const chain = buildChain(signer, others, trusted);
    if (!chain) throw refused(`no root that is trusted stands above ${JSON.stringify(signer.name)}`);
    checkChain(chain, 'codeSigning');
    checkValidity(chain, new Date(), 'now');
    return {
      key: signer.key,
      signer: signerName(signer),
      notes: ['Nobody was asked whether a certificate was revoked.'],
    };
  };
}

/** The certificates in a file, in DER, if the first of them is for signing. Throws `key-invalid`. */
export function signingCertificates(name: string, context: Pick<OpenContext, 'env'>): readonly Uint8Array[] {
  const chain = readCertificates(name, context);
  try {
    checkChain(chain, 'codeSigning');
    checkValidity(chain, new Date(), 'now');
  } catch (error) {
    throw keyError(name, 'is no chain of certificates for signing', error);
  }
  return chain.map(({ der }) => der);
}
