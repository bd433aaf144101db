import { type KeyObject, X509Certificate } from 'node:crypto';
import { checkDer } from '@kitwright/core/plugin';
import { ASN1Obj, X509Certificate as DerCertificate } from '@sigstore/core';
import { refused } from '../refused.ts';

/** What of a certificate decides. */
export interface Certificate {
  readonly der: Uint8Array;
  readonly key: KeyObject;
  /** For people: `CN=acme, O=Acme, C=US`. */
  readonly name: string;
  /** The names as they are encoded. */
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly from: Date;
  readonly to: Date;
  /** Object identifier. */
  readonly algorithm: string;
  /** The extensions that whoever reads it must understand (RFC 5280, section 4.2). */
  readonly critical: readonly string[];
  /** Bits of the key usage. */
  readonly usage?: readonly number[] | undefined;
  /** What the key is for besides, by object identifiers. */
  readonly purposes?: readonly string[] | undefined;
  readonly isAuthority: boolean;
  /** How many authorities may be below this one. */
  readonly pathLength?: bigint | undefined;
  /** Did the owner of this key sign it? */
  readonly isSignedBy: (key: KeyObject) => boolean;
  /** The short names and the values of the subject: `['O', 'Acme']`. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

export const extensionIds = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
} as const;

interface Extension {
  readonly critical: boolean;
  readonly value: Buffer;
}

/** Reads a certificate in DER. Throws `signature-invalid`. */
export function readCertificate(der: Uint8Array): Certificate {
  try {
    checkDer(der, 'certificate');
    return factsOf(Buffer.from(der));
  } catch (error) {
    throw refused('one of its certificates cannot be read', error);
  }
}

function factsOf(der: Buffer<ArrayBuffer>): Certificate {
  const [opened, parsed] = [new X509Certificate(der), DerCertificate.parse(der)];
  // OpenSSL takes bytes after the end.
  if (!opened.raw.equals(der)) throw new Error('There are bytes after the certificate.');
  return {
    der,
    key: opened.publicKey,
    name: opened.subject.split('\n').reverse().join(', '),
    subject: parsed.subject,
    issuer: parsed.issuer,
    from: parsed.notBefore,
    to: parsed.notAfter,
    algorithm: algorithmIn(parsed),
    ...constraintsIn(extensionsIn(parsed)),
    isSignedBy: (key) => verifies(opened, key),
    attributes: attributesIn(parsed.root.subs[0]?.subs[5]?.subs ?? []),
  };
}

/** Short names of attributes (RFC 4514, section 3), by the last number of `2.5.4.N`. */
const shortNames: readonly string[] = ['', '', '', 'CN', '', '', 'C', 'L', 'ST', 'STREET', 'O', 'OU'];

/**
 * Read here, because `toLegacyObject` of Node 24 ends the process (SIGSEGV) for a key on a curve that OpenSSL does not
 * know, and `subject` has no clear border between values.
 */
function attributesIn(names: readonly ASN1Obj[]): Certificate['attributes'] {
  const pairs = names.flatMap(({ subs }) => subs.map((each) => each.subs));
  return pairs.flatMap(([type, value]) => {
    const name = shortNames[Number(/^2\.5\.4\.(\d+)$/.exec(type?.toOID() ?? '')?.[1] ?? 0)];
    return name && value ? [[name, value.value.toString()] as const] : [];
  });
}

const pss = '1.2.840.113549.1.1.10';

/** RSASSA-PSS has its hash among the parameters (RFC 4055, section 3.1): SHA-1 if there is none. */
function algorithmIn({ root }: DerCertificate): string {
  const [oid, parameters] = root.subs[1]?.subs ?? [];
  const name = oid?.toOID() ?? '';
  const hash = name === pss ? parameters?.subs.find(({ tag }) => tag.isContextSpecific(0)) : undefined;
  return name === pss ? `${name} ${hash?.subs[0]?.subs[0]?.toOID() ?? ''}` : name;
}

function extensionsIn(certificate: DerCertificate): ReadonlyMap<string, Extension> {
  const list = certificate.extensions.map(({ subs }) => {
    const [oid, critical] = subs;
    const value = subs.at(-1)?.value;
    if (!oid || !value) throw new Error('An extension has no value.');
    return [oid.toOID(), { critical: subs.length === 3 && critical?.toBoolean() === true, value }] as const;
  });
  const found = new Map(list);
  if (found.size !== list.length) throw new Error('An extension is there twice.');
  return found;
}

type Constraints = Pick<Certificate, 'critical' | 'usage' | 'purposes' | 'isAuthority' | 'pathLength'>;

function constraintsIn(extensions: ReadonlyMap<string, Extension>): Constraints {
  const contentOf = (id: string) => {
    const found = extensions.get(id)?.value;
    return found && ASN1Obj.parseBuffer(Buffer.from(found));
  };
  const [isAuthority, pathLength] = contentOf(extensionIds.basicConstraints)?.subs ?? [];
  return {
    critical: [...extensions].flatMap(([id, { critical }]) => (critical ? [id] : [])),
    usage: contentOf(extensionIds.keyUsage)?.toBitString(),
    purposes: contentOf(extensionIds.extendedKeyUsage)?.subs.map((id) => id.toOID()),
    isAuthority: isAuthority?.toBoolean() === true,
    pathLength: pathLength?.toInteger(),
  };
}

/** Keys that do not fit the signature throw. */
function verifies(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.verify(key);
  } catch {
    return false;
  }
}
