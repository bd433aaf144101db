import { KitwrightError, type SignerOptions } from '@kitwright/core/plugin';
import { type WantedIdentity, wantedText } from './keyless/identity.ts';

/** Which forms are written, and which count. */
export interface Formats {
  /** The Sigstore bundle as a referrer: cosign 3. */
  readonly bundle: boolean;
  /** The tags `.sig` and `.att`: cosign 1 and 2. */
  readonly legacy: boolean;
}

const formats: ReadonlyMap<string, Formats> = new Map([
  ['both', { bundle: true, legacy: true }],
  ['bundle', { bundle: true, legacy: false }],
  ['legacy', { bundle: false, legacy: true }],
]);

function formatsOf(format = 'both'): Formats {
  const chosen = formats.get(format);
  if (chosen) return chosen;
  const known = [...formats.keys()].join(', ');
  throw new KitwrightError('usage', `Unknown format ${JSON.stringify(format)}; there are: ${known}.`);
}

/** Whom a verifier trusts: a key, or identities that a trusted root vouches for. */
export interface VerifierSetup {
  readonly formats: Formats;
  readonly key?: string | undefined;
  /** With a key: the log must have the signature. Without: that of sigstore.dev. */
  readonly trustedRoot?: string | undefined;
  /** Undefined with a key. */
  readonly identity?: WantedIdentity | undefined;
  readonly ignoresSct: boolean;
}

const ofVerifiers: readonly string[] = [
  'format',
  'trusted-root',
  'certificate-identity',
  'certificate-identity-regexp',
  'certificate-oidc-issuer',
  'certificate-oidc-issuer-regexp',
  'insecure-ignore-sct',
];

/** What a verifier is told. Throws `usage`. */
export function verifierSetup({ key, options }: SignerOptions): VerifierSetup {
  refuseUnknown(options, ofVerifiers);
  const { format, 'trusted-root': trustedRoot, 'insecure-ignore-sct': sct = 'false' } = options;
  const [subject, issuer] = ['certificate-identity', 'certificate-oidc-issuer'].map((name) =>
    wantedText(name, options[name], options[`${name}-regexp`]),
  );
  const common = { formats: formatsOf(format), trustedRoot, ignoresSct: sct === 'true' };
  if (key !== undefined && (subject || issuer))
    throw new KitwrightError('usage', 'Name a key or an identity, not both.');
  if (key !== undefined) return { ...common, key };
  if (!subject || !issuer)
    throw new KitwrightError('usage', 'Name whom you trust: a key, or an identity and its issuer.', {
      hint: 'Use --key cosign.pub, or --certificate-identity together with --certificate-oidc-issuer.',
    });
  return { ...common, identity: { subject, issuer } };
}

/** Throws `usage` for an option that is not known. */
export function refuseUnknown(options: SignerOptions['options'], known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new KitwrightError('usage', `cosign has no option ${JSON.stringify(unknown)}; there are: ${known.join(', ')}.`);
}

/** What a signer with a key is told. Throws `usage`. */
export function signerSetup({ key, options }: SignerOptions): { readonly key: string; readonly formats: Formats } {
  if (key === undefined) throw new KitwrightError('usage', 'Name the key: --key cosign.key.');
  refuseUnknown(options, ['format']);
  return { key, formats: formatsOf(options['format']) };
}
