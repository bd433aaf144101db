import {
  type Evidence,
  KitwrightError,
  type OpenContext,
  type OpenedSigner,
  type SignerOptions,
  type SignRequest,
} from '@kitwright/core/plugin';
import { refuseUnknown } from '../../cosignOptions.ts';
import { createVerifier } from '../../createVerifier.ts';
import { bundleEvidence, bundleType } from '../../formats/bundle.ts';
import { signEnvelope } from '../../formats/dsse.ts';
import { signatureType, signedBytes } from '../../formats/statement.ts';
import { readTrustedRoot, type TrustedRoot } from '../trustedRoot.ts';
import { certifiedKey } from './certificate.ts';
import { type IdentityToken, identityToken } from './identityToken.ts';
import { logEntry } from './logEntry.ts';
import { ownProver } from './ownProver.ts';
import { type Services, serviceOptions, servicesOf } from './services.ts';
import { timestamp } from './timestamp.ts';

const ofSigners: readonly string[] = [
  'format',
  'identity-token',
  'oidc-client-id',
  'fulcio-auth-flow',
  'trusted-root',
  ...serviceOptions,
];

/**
 * A signer without a key: each signature is by a new key with a certificate that says who asked for it, and is entered in
 * a public log. Who signs is asked at once, and again when the token has expired. Throws `usage`, and what asking throws.
 */
export async function openKeylessSigner(given: SignerOptions, context: OpenContext): Promise<OpenedSigner> {
  const { options } = given;
  refuseUnknown(options, ofSigners);
  if (options['format'] === 'legacy')
    throw new KitwrightError('usage', 'Without a key only the format "bundle" is written.');
  const services = servicesOf(options, new Date());
  const { 'trusted-root': path } = options;
  const named = path === undefined ? undefined : readTrustedRoot(path);
  const ask = () => identityToken(given, services.issuer, context);
  let token = await ask();
  const root = named ?? (await publicRootFor(options, context));
  const made = new Set<string>();
  return {
    sign: async (request) => {
      if (token.expires - margin <= Date.now()) token = await ask();
      return [await signWith(token, services, request, context, made)];
    },
    notes: [],
    own: createVerifier(ownProver(made, root, token), { bundle: true, legacy: false }),
  };
}

/** ms: a token that expires on its way is refused. */
const margin = 5000;

/** That of sigstore.dev for its own services; undefined for others, for which nobody has vouched here. */
async function publicRootFor(
  options: SignerOptions['options'],
  context: OpenContext,
): Promise<TrustedRoot | undefined> {
  if (serviceOptions.some((name) => options[name] !== undefined)) return undefined;
  return (await import('../publicRoot.ts')).publicRoot(context);
}

async function signWith(
  token: IdentityToken,
  services: Services,
  request: SignRequest,
  context: OpenContext,
  made: Set<string>,
): Promise<Evidence> {
  const key = await certifiedKey(services.fulcio, token, context);
  const envelope = await signEnvelope(key, signedBytes(request));
  const signature = Buffer.from(envelope.sig, 'base64');
  const stamps = await Promise.all(services.timestamps.map((url) => timestamp(url, signature, context)));
  const entry = await logEntry(services.rekor, envelope, key.certificate, context);
  const rawBytes = key.certificate.raw.toString('base64');
  made.add(rawBytes);
  const { payload, payloadType, sig } = envelope;
  const bundle = {
    mediaType: bundleType,
    verificationMaterial: {
      certificate: { rawBytes },
      tlogEntries: [entry],
      timestampVerificationData: {
        rfc3161Timestamps: stamps.map((stamp) => ({ signedTimestamp: Buffer.from(stamp).toString('base64') })),
      },
    },
    dsseEnvelope: { payload, payloadType, signatures: [{ sig }] },
  };
  const { predicateType = signatureType } = request.statement ?? {};
  return bundleEvidence(Buffer.from(JSON.stringify(bundle)), predicateType);
}
