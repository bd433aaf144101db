import { KitwrightError, type SignerOptions } from '@kitwright/core/plugin';
import { cose, coseType } from './envelopes/cose.ts';
import type { EnvelopeFormat } from './envelopes/Envelope.ts';
import { jws, jwsType } from './envelopes/jws.ts';

/** The forms of an envelope by their names, as notation's `--signature-format` has them. */
export const formats: ReadonlyMap<string, { readonly mediaType: string; readonly format: EnvelopeFormat }> = new Map([
  ['jws', { mediaType: jwsType, format: jws }],
  ['cose', { mediaType: coseType, format: cose }],
]);

/** What a signer is told. */
export interface SignerSetup {
  readonly key: string;
  /** A file with the certificate of the key, and those of the authorities above it. */
  readonly certificate: string;
  readonly format: string;
  /** Milliseconds until the signature expires. */
  readonly expiry?: number | undefined;
  /** The timestamp authority that is asked, and a file with the certificates that it must be below. */
  readonly timestamp?: { readonly url: string; readonly root: string } | undefined;
}

/** Reads what a signer is told. Throws `usage`. */
export function signerSetup({ key, options }: SignerOptions): SignerSetup {
  refuseUnknown(options, ['certificate', 'format', 'expiry', 'timestamp-url', 'timestamp-root']);
  const { certificate, format = 'jws', expiry } = options;
  if (key === undefined || certificate === undefined)
    throw new KitwrightError('usage', 'notation signs with a key and its certificates.', {
      hint: 'Use --key key.pem --certificate chain.pem: the certificate of the key first, the root last.',
    });
  checkFormat(format);
  return {
    key,
    certificate,
    format,
    expiry: expiry === undefined ? undefined : durationOf(expiry),
    timestamp: timestampOf(options['timestamp-url'], options['timestamp-root']),
  };
}

/** Nothing is stored that its authority is not vouched for, as with notation. */
function timestampOf(url: string | undefined, root: string | undefined): SignerSetup['timestamp'] {
  if (url === undefined && root === undefined) return undefined;
  const { protocol } = url !== undefined && URL.canParse(url) ? new URL(url) : { protocol: '' };
  if (url !== undefined && root !== undefined && /^https?:$/.test(protocol)) return { url, root };
  throw new KitwrightError('usage', 'A timestamp needs timestamp-url, an address of HTTP, and timestamp-root, a file.');
}

/** What a verifier is told. */
export interface VerifierSetup {
  /** Files with the certificates that are trusted. */
  readonly roots: readonly string[];
  /** The same for timestamp authorities. */
  readonly timestampRoots: readonly string[];
  /** The forms that count. */
  readonly formats: readonly string[];
  /** What the subject of the signer must contain. */
  readonly identity?: ReadonlyMap<string, string> | undefined;
}

/** Reads what a verifier is told. Throws `usage`. */
export function verifierSetup({ key, roots = [], timestampRoots = [], options }: SignerOptions): VerifierSetup {
  refuseUnknown(options, ['format', 'identity']);
  const { format, identity } = options;
  if (key !== undefined)
    throw new KitwrightError('usage', 'notation verifies with certificates: use --root, not --key.');
  if (!roots.length)
    throw new KitwrightError('usage', 'Name the certificates that you trust: --root ca.pem.', {
      hint: 'In a rule they are "roots". Certificates of the operating system are not used.',
    });
  if (format !== undefined) checkFormat(format);
  return {
    roots,
    timestampRoots,
    formats: format === undefined ? [...formats.keys()] : [format],
    identity: identity === undefined ? undefined : identityOf(identity),
  };
}

function refuseUnknown(options: SignerOptions['options'], known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const there = known.join(', ');
  throw new KitwrightError('usage', `notation has no option ${JSON.stringify(unknown)}; there are: ${there}.`);
}

function checkFormat(format: string): void {
  if (formats.has(format)) return;
  const known = [...formats.keys()].join(', ');
  throw new KitwrightError('usage', `Unknown format ${JSON.stringify(format)}; notation has: ${known}.`);
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `720h`: as notation's `--expiry`, with days. */
function durationOf(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * units[unit as keyof typeof units];
  throw new KitwrightError('usage', `An expiry is a number of m, h or d, not ${JSON.stringify(text)}: 720h.`);
}

/** `C=US, O=Acme`, as in `trustedIdentities` of notation's trust policy, with or without its `x509.subject:`. */
function identityOf(text: string): ReadonlyMap<string, string> {
  const pairs = text
    .replace(/^x509\.subject:/, '')
    .split(',')
    .map((part) => /^([A-Za-z]+)\s*=\s*(\S.*)$/.exec(part.trim())?.slice(1) as [string, string] | undefined);
  const found = new Map(pairs.flatMap((pair) => (pair ? [[pair[0].toUpperCase(), pair[1]] as const] : [])));
  if (found.size && found.size === pairs.length) return found;
  throw new KitwrightError('usage', `${JSON.stringify(text)} is no subject of a certificate.`, {
    hint: 'Write it as C=US, O=Acme: each of these must be in the subject. A value has no comma.',
  });
}
