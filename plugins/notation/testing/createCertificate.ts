import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bitsOf, boolean, der, integer, octets, oid, sequence, set, time, utf8 } from '../der.ts';

/** A certificate and its key. */
export interface Issued {
  readonly der: Buffer;
  readonly key: KeyObject;
  readonly name: string;
  readonly isAuthority: boolean;
}

/** What a certificate says; by default that of a signer who signed it, valid from 2000 to 2100. */
export interface CertificateOptions {
  readonly issuer?: Issued;
  readonly isAuthority?: boolean;
  readonly kind?: keyof typeof kinds;
  /** Bits of the key usage; none leaves it out. */
  readonly usage?: readonly number[];
  readonly usageIsCritical?: boolean;
  readonly purposes?: readonly string[];
  readonly purposesAreCritical?: boolean;
  readonly pathLength?: number;
  readonly from?: Date;
  readonly to?: Date;
  readonly hash?: 'sha1' | 'sha256';
  /** An extension that nobody knows, and that is critical. */
  readonly unknown?: boolean;
  /** The value of another one, which is not critical. */
  readonly extra?: Buffer;
  /** The serial number, in DER. */
  readonly serial?: Uint8Array;
}

const kinds = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  'RSA 1024': () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
  'RSA 2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'RSA 3072': () => generateKeyPairSync('rsa', { modulusLength: 3072 }),
} as const;

const algorithms = {
  ec: { sha1: '1.2.840.10045.4.1', sha256: '1.2.840.10045.4.3.2' },
  rsa: { sha1: '1.2.840.113549.1.1.5', sha256: '1.2.840.113549.1.1.11' },
} as const;

/** Makes a certificate (RFC 5280, section 4.1) for `C=US, ST=WA, O=Acme, CN=name`. */
export function createCertificate(name: string, options: CertificateOptions = {}): Issued {
  const { issuer, isAuthority = false, kind = 'P-256', hash = 'sha256', serial } = options;
  const { publicKey, privateKey } = kinds[kind]();
  const signer = issuer?.key ?? privateKey;
  const type = signer.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec';
  const algorithm = sequence(oid(algorithms[type][hash]), ...(type === 'rsa' ? [der(0x05)] : []));
  const { from = new Date('2000-01-01T00:00:00Z'), to = new Date('2100-01-01T00:00:00Z') } = options;
  const body = sequence(
    der(0xa0, integer(2)),
    serial ?? der(0x02, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    nameOf(issuer?.name ?? name),
    sequence(time(from), time(to)),
    nameOf(name),
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(...extensionsOf(isAuthority, options))),
  );
  const signature = sign(hash, body, signer);
  return { der: sequence(body, algorithm, der(0x03, Buffer.of(0), signature)), key: privateKey, name, isAuthority };
}

function nameOf(name: string): Buffer {
  const parts = [
    ['2.5.4.6', 'US'],
    ['2.5.4.8', 'WA'],
    ['2.5.4.10', 'Acme'],
    ['2.5.4.3', name],
  ] as const;
  return sequence(...parts.map(([id, value]) => set(sequence(oid(id), utf8(value)))));
}

function extensionsOf(isAuthority: boolean, options: CertificateOptions): readonly Buffer[] {
  const { usage = isAuthority ? [5, 6] : [0], usageIsCritical = true, purposes, pathLength, unknown, extra } = options;
  const { purposesAreCritical = false } = options;
  const constraints = isAuthority
    ? sequence(boolean(true), ...(pathLength === undefined ? [] : [integer(pathLength)]))
    : sequence();
  return [
    extension('2.5.29.19', true, constraints),
    ...(usage.length ? [extension('2.5.29.15', usageIsCritical, bitsOf(...usage))] : []),
    ...(purposes ? [extension('2.5.29.37', purposesAreCritical, sequence(...purposes.map(oid)))] : []),
    ...(unknown ? [extension('1.2.3.4.5', true, sequence())] : []),
    ...(extra ? [extension('1.2.3.4.6', false, extra)] : []),
  ];
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

/** Certificates in PEM (RFC 7468). */
export function pemOf(...certificates: readonly Issued[]): string {
  return certificates
    .map((each) => {
      const lines = each.der.toString('base64').match(/.{1,64}/g) ?? [];
      return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
    })
    .join('');
}

/** A private key in PEM (PKCS #8). */
export function keyPemOf({ key }: Issued): string {
  return key.export({ format: 'pem', type: 'pkcs8' }) as string;
}
