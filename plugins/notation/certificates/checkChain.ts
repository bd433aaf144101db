import { algorithmOf } from '../algorithms.ts';
import { refused } from '../refused.ts';
import { type Certificate, extensionIds } from './Certificate.ts';
import { maxChain } from './readChain.ts';

/** What a certificate of a signer is for. */
export type Purpose = 'codeSigning' | 'timeStamping';

/** Extensions that may be critical: those above, names of the subject, policies and identifiers of keys. */
const understood: readonly string[] = [
  ...Object.values(extensionIds),
  '2.5.29.14',
  '2.5.29.17',
  '2.5.29.32',
  '2.5.29.35',
];

/** Signatures with SHA-2, by RSA, RSASSA-PSS and ECDSA. */
const strong =
  /^1\.2\.840\.(?:113549\.1\.1\.(?:11|12|13)|113549\.1\.1\.10 2\.16\.840\.1\.101\.3\.4\.2\.[123]|10045\.4\.3\.[234])$/;

/**
 * Checks a chain from the signer to a root that signed itself, each signed by the next (signature-specification.md,
 * "Certificate Requirements"). Whether it is trusted, and the time, are for others. Throws `signature-invalid`.
 */
export function checkChain(chain: readonly Certificate[], purpose: Purpose): void {
  if (!chain.length || chain.length > maxChain) throw refused(`it has ${chain.length} certificates`);
  chain.forEach((certificate, i) => {
    checkAlone(certificate);
    if (i === 0) checkSigner(certificate, purpose);
    else checkAuthority(certificate, i - 1);
    const issuer = chain[i + 1] ?? certificate;
    if (!isIssuedBy(certificate, issuer)) throw wrong(certificate, `is not issued by ${JSON.stringify(issuer.name)}`);
    if (issuer !== certificate && isIssuedBy(certificate, certificate))
      throw wrong(certificate, 'signed itself, and is not the last');
  });
}

function isIssuedBy({ issuer, isSignedBy }: Certificate, { subject, key }: Certificate): boolean {
  return issuer.equals(subject) && isSignedBy(key);
}

function checkAlone(certificate: Certificate): void {
  const { key, algorithm, critical } = certificate;
  if (!strong.test(algorithm)) throw wrong(certificate, 'is signed with a weak hash');
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  const isWeak = type === 'rsa' && (details.modulusLength ?? 0) < 2048;
  if ((type !== 'rsa' && type !== 'ec') || isWeak) throw wrong(certificate, 'has a key that is not used');
  const unknown = critical.find((id) => !understood.includes(id));
  if (unknown !== undefined) throw wrong(certificate, `demands the extension ${unknown}`);
}

/** Bits of the key usage (RFC 5280, section 4.2.1.3). */
const bits = { digitalSignature: 0, keyCertSign: 5 } as const;
/** Repudiation may be excluded too; everything else is for other work. */
const foreignBits: readonly number[] = [2, 3, 4, 5, 6, 7, 8];

function checkSigner(certificate: Certificate, purpose: Purpose): void {
  const usage = keyUsageOf(certificate, purpose === 'codeSigning');
  if (!usage[bits.digitalSignature]) throw wrong(certificate, 'is not for signatures');
  if (foreignBits.some((bit) => usage[bit])) throw wrong(certificate, 'is not for signatures only');
  if (certificate.isAuthority) throw wrong(certificate, 'is that of an authority');
  if (!algorithmOf(certificate.key)) throw wrong(certificate, 'has a key of a size that is not used');
  checkPurpose(certificate, purpose);
}

function checkAuthority(certificate: Certificate, below: number): void {
  const { isAuthority, pathLength } = certificate;
  if (!isAuthority) throw wrong(certificate, 'is not that of an authority');
  if (pathLength !== undefined && pathLength < BigInt(below)) throw wrong(certificate, 'allows no authority below it');
  if (!keyUsageOf(certificate, true)[bits.keyCertSign]) throw wrong(certificate, 'is not for signing certificates');
}

function keyUsageOf(certificate: Certificate, mustBeCritical: boolean): readonly number[] {
  const { usage, critical } = certificate;
  if (!usage || (mustBeCritical && !critical.includes(extensionIds.keyUsage)))
    throw wrong(certificate, 'has no critical key usage');
  return usage;
}

const codeSigning = '1.3.6.1.5.5.7.3.3';
const timeStamping = '1.3.6.1.5.5.7.3.8';

function checkPurpose(certificate: Certificate, purpose: Purpose): void {
  const { purposes, critical } = certificate;
  const fits =
    purpose === 'codeSigning'
      ? !purposes || (purposes.includes(codeSigning) && !purposes.some((id) => foreignPurposes.includes(id)))
      : critical.includes(extensionIds.extendedKeyUsage) && purposes?.length === 1 && purposes[0] === timeStamping;
  if (!fits) throw wrong(certificate, `is for another purpose than ${purpose}`);
}

/** TLS, mail, time stamps and OCSP. */
const foreignPurposes: readonly string[] = [1, 2, 4, 8, 9].map((last) => `1.3.6.1.5.5.7.3.${last}`);

/** Was each certificate of a chain valid then? Throws `signature-invalid`. */
export function checkValidity(chain: readonly Certificate[], time: Date, when: string): void {
  // A time that is none is not between them.
  for (const certificate of chain)
    if (!(time >= certificate.from && time <= certificate.to)) throw wrong(certificate, `was not valid ${when}`);
}

function wrong({ name }: Certificate, why: string) {
  return refused(`the certificate ${JSON.stringify(name)} ${why}`);
}
