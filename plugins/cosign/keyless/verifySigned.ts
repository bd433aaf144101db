import { type KeyObject, X509Certificate } from 'node:crypto';
import { KitwrightError, messageOf } from '@kitwright/core/plugin';
import type { Bundle } from '@sigstore/bundle';
import { type SignedEntity, toSignedEntity, VerificationError, Verifier } from '@sigstore/verify';
import { refused } from '../formats/refused.ts';
import { checkEntries } from './checkEntries.ts';
import { checkTimestamps } from './checkTimestamps.ts';
import type { Identity } from './identity.ts';
import { certificatesOf } from './readBundle.ts';
import type { TrustedRoot } from './trustedRoot.ts';

/** What a signature is verified with. */
export interface Trust {
  readonly root: TrustedRoot;
  /** Who must have signed; undefined for whoever has a certificate of the root. */
  readonly key?: KeyObject | undefined;
  /** Certificates count that are in no log of certificates. */
  readonly ignoresSct?: boolean | undefined;
}

/** What is signed: the bytes beside a bundle, or a way to compare with them. An envelope holds its own. */
export type SignedContent = { readonly artifact: Uint8Array } | Pick<SignedEntity, 'signature'>;

/** What is proven of who signed, and when. */
export interface Signed {
  /** Undefined if a key signed. */
  readonly identity?: Identity | undefined;
  /** By the log or a timestamp authority; RFC 3339. With a key there may be none. */
  readonly time?: string | undefined;
}

/**
 * Verifies a bundle against a trusted root: the certificate at the time of signing, its own log, the log of signatures,
 * timestamps, and the signature itself. Who signed is for the caller to judge. Throws `signature-invalid`.
 */
export function verifySigned(
  bundle: Bundle,
  { root, key, ignoresSct = false }: Trust,
  content?: SignedContent,
): Signed {
  const certificate = signerOf(bundle, root, key);
  const publicKey = () => ({ publicKey: key as KeyObject, validFor: () => true });
  const options = { tlogThreshold: 1, timestampThreshold: key ? 0 : 1, ctlogThreshold: ignoresSct ? 0 : 1 };
  const [signer, entity] = attempt(() => {
    const found = {
      ...toSignedEntity(bundle, artifactOf(content)),
      ...(content && 'signature' in content ? content : {}),
    };
    return [new Verifier({ ...root.material, publicKey }, options).verify(found), found] as const;
  });
  checkEntries(bundle, certificate ?? (key as KeyObject));
  checkTimestamps(bundle, root);
  return { identity: certificate && identityOf(signer.identity), time: timeOf(entity) };
}

function artifactOf(content: SignedContent | undefined): Buffer {
  return Buffer.from(content && 'artifact' in content ? content.artifact : []);
}

/** The certificate of a bundle; undefined if a key signed, as it must be then. */
function signerOf(bundle: Bundle, root: TrustedRoot, key: KeyObject | undefined): X509Certificate | undefined {
  const { content } = bundle.verificationMaterial;
  if (content.$case === 'publicKey') {
    if (key) return undefined;
    throw refused('it is by a key, not by an identity');
  }
  if (key) throw refused('it is by an identity, not by a key');
  const [leaf, ...issuers] = certificatesOf(content);
  if (!leaf) throw refused('its bundle has no certificate');
  // They would be passed over: what nobody compares, anybody may change.
  if (issuers.some(({ rawBytes }) => !root.certificates.has(rawBytes.toString('base64'))))
    throw refused('its chain has a certificate that is not in the trusted root');
  return forSigning(leaf.rawBytes);
}

/** Extended key usage "code signing" (RFC 5280, 4.2.1.12), as Fulcio sets it. */
const codeSigning = '1.3.6.1.5.5.7.3.3';

function forSigning(bytes: Uint8Array): X509Certificate {
  const certificate = attempt(() => new X509Certificate(bytes));
  if (certificate.ca) throw refused('its certificate is one of an authority, not of a signer');
  if (!certificate.keyUsage?.includes(codeSigning)) throw refused('its certificate is not for signing');
  return certificate;
}

function identityOf(
  found: { subjectAlternativeName?: string; extensions?: { issuer?: string } } | undefined,
): Identity {
  const { subjectAlternativeName: subject, extensions: { issuer } = {} } = found ?? {};
  if (!subject || !issuer) throw refused('its certificate does not say who signed, or who vouches for it');
  return { subject, issuer };
}

/** The earliest of the times that were verified. */
function timeOf({ timestamps }: SignedEntity): string | undefined {
  const times = timestamps.flatMap((stamp) => {
    if (stamp.$case === 'timestamp-authority') return stamp.timestamp.signingTime;
    return stamp.tlogEntry.inclusionPromise ? new Date(Number(stamp.tlogEntry.integratedTime) * 1000) : [];
  });
  const [first] = times.sort((a, b) => a.getTime() - b.getTime());
  return first?.toISOString();
}

const reasons: Readonly<Record<string, string>> = {
  TIMESTAMP_ERROR: 'nothing proves when it was made',
  CERTIFICATE_ERROR: 'its certificate does not count',
  SIGNATURE_ERROR: 'it is not by who it says',
  TLOG_BODY_ERROR: 'its entry in the log is about something else',
  PUBLIC_KEY_ERROR: 'its key does not count',
};

/** The library throws other errors too, for what it cannot read. */
function attempt<T>(verify: () => T): T {
  try {
    return verify();
  } catch (error) {
    if (error instanceof KitwrightError) throw error;
    if (!(error instanceof VerificationError)) throw refused('its bundle cannot be read', error);
    const why = reasons[error.code] ?? 'its entry in the log does not count';
    throw refused(`${why} (${reasonOf(error)})`, error);
  }
}

/** Of a chain that does not verify, only the cause says why. */
function reasonOf(error: VerificationError): string {
  const { cause } = error as { readonly cause?: unknown };
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}
