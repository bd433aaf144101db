import { createHash } from 'node:crypto';
import type { Descriptor, Evidence, OpenedVerifier, SignerOptions, StoredEvidence } from '@kitwright/core/plugin';
import { readCertificate } from '../certificates/Certificate.ts';
import { createVerifier, type Trust } from '../createVerifier.ts';
import { openSigner } from '../openSigner.ts';
import { type CertificateOptions, createCertificate, type Issued, keyPemOf, pemOf } from './createCertificate.ts';
import { testContext } from './testContext.ts';

export const subject: Descriptor = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${createHash('sha256').update('kit').digest('hex')}`,
  size: 584,
};

/** A signer below an authority below a root. */
export function createChain(options: CertificateOptions = {}): readonly [Issued, Issued, Issued] {
  const root = createCertificate('root', { isAuthority: true });
  const authority = createCertificate('authority', { isAuthority: true, issuer: root });
  return [createCertificate('signer', { issuer: authority, ...options }), authority, root];
}

/** The options of a signer with this chain. */
export function signerOptions(options: Readonly<Record<string, string>> = {}): SignerOptions {
  return { key: 'env://KEY', options: { certificate: 'env://CHAIN', ...options }, password: async () => undefined };
}

/** What such a signer signs about the kit. */
export async function signKit(
  chain: readonly [Issued, ...Issued[]],
  options: Readonly<Record<string, string>> = {},
  annotations: Readonly<Record<string, string>> = {},
): Promise<StoredEvidence> {
  const env = { KEY: keyPemOf(chain[0]), CHAIN: pemOf(...chain) };
  const signer = await openSigner(signerOptions(options), testContext(env));
  const [evidence] = await signer.sign({ subject, repository: 'registry.example.com/team/model', annotations });
  return { ...(evidence as Evidence), descriptor: subject };
}

/** A verifier that trusts this certificate. */
export function verifierFor({ der }: Pick<Issued, 'der'>, trust: Partial<Trust> = {}): OpenedVerifier {
  return createVerifier({ trusted: [readCertificate(der)], formats: ['jws', 'cose'], ...trust });
}
