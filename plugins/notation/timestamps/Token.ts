import { checkDer } from '@kitwright/core/plugin';
import { ASN1Obj } from '@sigstore/core';
import { refused } from '../refused.ts';

/** A time-stamp token (RFC 3161, section 2.4.2), taken apart; nothing in it is verified. */
export interface Token {
  /** What is stamped: the SHA-2 of some bytes. */
  readonly imprint: { readonly hash: string; readonly digest: Uint8Array };
  /** The time of the authority, and by how many ms it may be wrong. */
  readonly time: Date;
  readonly accuracy: number;
  /** The signed time (TSTInfo), and its digest as the signer gives it. */
  readonly info: Uint8Array;
  readonly infoDigest: Uint8Array;
  /** What is signed, and with what. */
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly hash: string;
  /** The hash and the digest of the certificate of the signer (RFC 5035, section 3). */
  readonly signer: { readonly hash: string; readonly digest: Uint8Array };
  /** Certificates in DER, in no order. */
  readonly certificates: readonly Uint8Array[];
}

const ids = {
  signedData: '1.2.840.113549.1.7.2',
  info: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

const hashes: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** With RSA, where the hash may stand beside it, and with ECDSA. */
const signatureHashes: Readonly<Record<string, string | undefined>> = {
  '1.2.840.113549.1.1.1': undefined,
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

/** Reads a token: CMS SignedData with one signer (RFC 5652, section 5). Throws `signature-invalid`. */
export function readToken(bytes: Uint8Array): Token {
  try {
    checkDer(bytes, 'timestamp');
    return tokenIn(ASN1Obj.parseBuffer(Buffer.from(bytes)));
  } catch (error) {
    throw refused('its timestamp cannot be read', error);
  }
}

function tokenIn(root: ASN1Obj): Token {
  const [type, content] = root.subs;
  if (type?.toOID() !== ids.signedData) throw new Error('It is no CMS SignedData.');
  const parts = part(content, 0).subs;
  const [infoType, infoContent] = part(parts[2]).subs;
  if (infoType?.toOID() !== ids.info) throw new Error('It signs no time.');
  const info = part(infoContent, 0).value;
  const certificates = parts.find((each) => each.tag.isContextSpecific(0))?.subs.map(raw) ?? [];
  const signers = part(parts.at(-1)).subs;
  if (signers.length !== 1) throw new Error('It has not one signer.');
  return { ...infoIn(ASN1Obj.parseBuffer(Buffer.from(info))), ...signerIn(part(signers[0])), info, certificates };
}

function infoIn(info: ASN1Obj): Pick<Token, 'imprint' | 'time' | 'accuracy'> {
  const [, , imprint, , time, ...rest] = info.subs;
  const [algorithm, digest] = part(imprint).subs;
  const accuracy = rest.find((each) => each.tag.number === 0x10 && each.tag.constructed && each.tag.isUniversal());
  return {
    imprint: { hash: hashIn(part(algorithm)), digest: part(digest).value },
    time: timeIn(part(time).value.toString('latin1')),
    accuracy: accuracy ? accuracyIn(accuracy) : 0,
  };
}

/** Seconds, milliseconds and microseconds, each of which may be missing; rounded up. */
function accuracyIn({ subs }: ASN1Obj): number {
  const numberOf = (each: ASN1Obj | undefined) => (each ? Number(BigInt(`0x0${each.value.toString('hex')}`)) : 0);
  const seconds = numberOf(subs.find((each) => each.tag.isInteger()));
  const [millis, micros] = [0, 1].map((n) => numberOf(subs.find((each) => each.tag.isContextSpecific(n))));
  return seconds * 1000 + (millis ?? 0) + Math.ceil((micros ?? 0) / 1000);
}

/** GeneralizedTime (RFC 3161: in UTC, with fractions or without). */
function timeIn(text: string): Date {
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(text) ?? [];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`);
  if (!Number.isFinite(time.getTime())) throw new Error('It has no time.');
  return time;
}

function signerIn({ subs }: ASN1Obj): Pick<Token, 'infoDigest' | 'signedBytes' | 'signature' | 'hash' | 'signer'> {
  const [, , digestAlgorithm, attributes, signatureAlgorithm, signature] = subs;
  const hash = hashIn(part(digestAlgorithm));
  const signed = part(attributes);
  if (!signed.tag.isContextSpecific(0)) throw new Error('It signs no attributes.');
  const algorithm = part(part(signatureAlgorithm).subs[0]).toOID();
  if (!Object.hasOwn(signatureHashes, algorithm) || (signatureHashes[algorithm] ?? hash) !== hash)
    throw new Error(`Its algorithm ${algorithm} is not used.`);
  // What is signed has the tag of a set (RFC 5652, section 5.4).
  const signedBytes = raw(signed);
  signedBytes[0] = 0x31;
  if (part(attribute(signed, ids.contentType)).toOID() !== ids.info) throw new Error('It signs another content.');
  return {
    infoDigest: part(attribute(signed, ids.messageDigest)).value,
    signedBytes,
    signature: part(signature).value,
    hash,
    signer: signerDigest(part(attribute(signed, ids.signingCertificateV2))),
  };
}

/** The first certificate that is named; SHA-256 where no hash is. */
function signerDigest(list: ASN1Obj): Token['signer'] {
  const [first, second] = part(part(list.subs[0]).subs[0]).subs;
  const isNamed = first?.tag.isOctetString() !== true;
  return {
    hash: isNamed ? hashIn(part(first)) : 'sha256',
    digest: part(isNamed ? second : first).value,
  };
}

/** The only value of an attribute that is there once. */
function attribute({ subs }: ASN1Obj, id: string): ASN1Obj | undefined {
  const [found, ...others] = subs.filter((each) => each.subs[0]?.toOID() === id);
  const values = found?.subs[1]?.subs ?? [];
  return others.length || values.length !== 1 ? undefined : values[0];
}

function hashIn({ subs }: ASN1Obj): string {
  const hash = hashes[part(subs[0]).toOID()];
  if (hash === undefined) throw new Error('A hash of it is not used.');
  return hash;
}

/** A part that must be there, or the part within it at this place. */
function part(object: ASN1Obj | undefined, inner?: number): ASN1Obj {
  const found = inner === undefined ? object : object?.subs[inner];
  if (!found) throw new Error('A part of it is missing.');
  return found;
}

/** The bytes as they were. */
function raw({ tag, value }: ASN1Obj): Buffer {
  return new ASN1Obj(tag, value, []).toDER();
}
