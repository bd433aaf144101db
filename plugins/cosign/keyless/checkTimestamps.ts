import { X509Certificate } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { ASN1Obj } from '@sigstore/core';
import { refused } from '../formats/refused.ts';
import type { TrustedRoot } from './trustedRoot.ts';

/**
 * Checks what the library leaves of each timestamp (RFC 3161, RFC 5652): the parts that nobody signs must be what they are
 * for the signed ones, and certificates must be those of the root. So no byte may be changed. Throws `signature-invalid`.
 */
export function checkTimestamps({ verificationMaterial }: Bundle, root: TrustedRoot): void {
  for (const { signedTimestamp } of verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? [])
    if (!isWellFormed(signedTimestamp, root)) throw refused('its timestamp has parts that nobody signed');
}

function isWellFormed(bytes: Buffer, root: TrustedRoot): boolean {
  try {
    const response = ASN1Obj.parseBuffer(Buffer.from(bytes));
    return response.toDER().equals(bytes) && isResponse(response, root);
  } catch {
    return false;
  }
}

/** The identifier octets (X.690, 8.1.2). */
const tags = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30, set: 0x31, first: 0xa0 } as const;

/** The parts of a value with this tag; throws if it has another one. */
function partsOf(value: ASN1Obj | undefined, tag: number): readonly ASN1Obj[] {
  if (value?.tag.toDER() !== tag) throw new TypeError('Another tag was expected.');
  return value.subs;
}

function isInteger(value: ASN1Obj | undefined, expected: bigint): boolean {
  partsOf(value, tags.integer);
  return value?.toInteger() === expected;
}

/** TimeStampResp: granted, and nothing more said. */
function isResponse(response: ASN1Obj, root: TrustedRoot): boolean {
  const [status, token, ...others] = partsOf(response, tags.sequence);
  const [code, ...texts] = partsOf(status, tags.sequence);
  const [type, content, ...more] = partsOf(token, tags.sequence);
  partsOf(type, tags.oid);
  const [signed, ...rest] = partsOf(content, tags.first);
  return isInteger(code, 0n) && ![others, texts, more, rest].some((each) => each.length) && isSigned(signed, root);
}

/** SignedData, with one signer and no lists of revoked certificates. */
function isSigned(signed: ASN1Obj | undefined, root: TrustedRoot): boolean {
  const [version, digests, content, ...last] = partsOf(signed, tags.sequence);
  const signers = last.at(-1);
  const [certificates, ...lists] = last.slice(0, -1);
  const [digest, ...otherDigests] = partsOf(digests, tags.set);
  const [signer, ...otherSigners] = partsOf(signers, tags.set);
  const isAlone = ![lists, otherDigests, otherSigners].some((each) => each.length);
  const areKnown = !certificates || partsOf(certificates, tags.first).every((each) => isTrusted(each, root));
  return isInteger(version, 3n) && isAlone && areKnown && isContent(content) && isSigner(signer, algorithmOf(digest));
}

function isTrusted(certificate: ASN1Obj, { certificates }: TrustedRoot): boolean {
  return certificates.has(new X509Certificate(certificate.toDER()).raw.toString('base64'));
}

/** EncapsulatedContentInfo; its content is signed. */
function isContent(content: ASN1Obj | undefined): boolean {
  const [type, wrapped, ...others] = partsOf(content, tags.sequence);
  partsOf(type, tags.oid);
  const [octets, ...more] = partsOf(wrapped, tags.first);
  partsOf(octets, tags.octets);
  return !others.length && !more.length;
}

/** SignerInfo, without attributes that are not signed. The library compares issuer, serial number and attributes. */
function isSigner(signer: ASN1Obj | undefined, digest: string): boolean {
  const [version, id, hash, attributes, algorithm, signature, ...others] = partsOf(signer, tags.sequence);
  const [issuer, serial, ...more] = partsOf(id, tags.sequence);
  partsOf(issuer, tags.sequence);
  partsOf(serial, tags.integer);
  partsOf(attributes, tags.first);
  partsOf(signature, tags.octets);
  const isKnown = digests.has(digest) && algorithmOf(hash) === digest && signatures.has(algorithmOf(algorithm));
  return isInteger(version, 1n) && isKnown && !others.length && !more.length;
}

/** SHA-256, -384 and -512 (RFC 5754, 2). */
const digests: ReadonlySet<string> = new Set([1, 2, 3].map((last) => `2.16.840.1.101.3.4.2.${last}`));

/** ECDSA with each of them (RFC 5758, 3.2): with another one the library would guess. */
const signatures: ReadonlySet<string> = new Set([2, 3, 4].map((last) => `1.2.840.10045.4.3.${last}`));

/** The object identifier of an AlgorithmIdentifier, whose parameters may only be NULL. */
function algorithmOf(value: ASN1Obj | undefined): string {
  const [oid, parameters, ...others] = partsOf(value, tags.sequence);
  partsOf(oid, tags.oid);
  const isPlain = !parameters || parameters.toDER().equals(Buffer.from([0x05, 0x00]));
  if (!isPlain || others.length) throw new TypeError('An algorithm has parameters.');
  return oid?.toOID() ?? '';
}
