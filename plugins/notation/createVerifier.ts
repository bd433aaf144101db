import { createHash } from 'node:crypto';
import type { Descriptor, OpenedVerifier, StoredEvidence, Verified } from '@kitwright/core/plugin';
import { algorithmOf, verifyBytes } from './algorithms.ts';
import { type Certificate, readCertificate } from './certificates/Certificate.ts';
import { checkChain, checkValidity } from './certificates/checkChain.ts';
import type { Envelope } from './envelopes/Envelope.ts';
import { checkAttributes } from './envelopes/signedAttributes.ts';
import { signatureType, thumbprints, thumbprintsOf } from './evidence.ts';
import { formats } from './notationOptions.ts';
import { readPayload } from './payload.ts';
import { refused } from './refused.ts';

/** Whom a verifier trusts. */
export interface Trust {
  readonly trusted: readonly Certificate[];
  /** Names of the forms that count. */
  readonly formats: readonly string[];
  readonly identity?: ReadonlyMap<string, string> | undefined;
  /** The time now, ms since 1970. */
  readonly now?: () => number;
}

/** A verifier that trusts whoever has a certificate below these. It asks nobody whether one was revoked. */
export function createVerifier(trust: Trust): OpenedVerifier {
  return {
    reads: ({ artifactType, tag }) => tag === undefined && artifactType === signatureType,
    verify: async (evidence, subject) => [verify(trust, evidence, subject)],
  };
}

/** Bytes: an envelope has a few certificates and 200 bytes of payload. */
const maxEnvelope = 1024 * 1024;

function verify(trust: Trust, { blobs, annotations = {} }: StoredEvidence, subject: Descriptor): Verified {
  const [blob, ...others] = blobs;
  const name = trust.formats.find((each) => formats.get(each)?.mediaType === blob?.mediaType);
  const form = name === undefined ? undefined : formats.get(name);
  if (!blob || !form || others.length) throw refused('it is not exactly one envelope in a form that counts');
  if (blob.bytes.length > maxEnvelope) throw refused(`its envelope has ${blob.bytes.length} bytes`);
  const envelope = form.format.read(blob.bytes);
  const chain = envelope.chain.map(readCertificate);
  checkSignature(envelope, chain, form.format.nameOf);
  checkTrust(chain, trust);
  const { expiry } = checkTimes(envelope, chain, new Date(trust.now?.() ?? Date.now()));
  if (annotations[thumbprints] !== thumbprintsOf(envelope.chain))
    throw refused('its manifest names other certificates');
  return {
    signer: signerOf(chain[0] as Certificate),
    format: name as string,
    annotations: readPayload(envelope.payload, subject),
    ...(expiry ? { expires: expiry.toISOString() } : {}),
    notes,
  };
}

/** What is not promised. */
const notes: readonly string[] = [
  'No timestamp authority vouches for the time of signing: the certificates have to be valid now.',
  'Nobody was asked whether a certificate was revoked.',
];

function checkSignature(
  { signedBytes, signature, algorithm }: Envelope,
  chain: readonly Certificate[],
  nameOf: (algorithm: NonNullable<ReturnType<typeof algorithmOf>>) => string | number,
): void {
  checkChain(chain, 'codeSigning');
  const { key } = chain[0] as Certificate;
  const own = algorithmOf(key);
  if (!own || nameOf(own) !== algorithm) throw refused('its algorithm is not that of its key');
  if (!verifyBytes(key, own, signedBytes, signature)) throw refused('its signature is not by its certificate');
}

/** As notation, one certificate of the chain is enough: that of the signer, or of an authority. */
function checkTrust(chain: readonly Certificate[], { trusted, identity }: Trust): void {
  const [signer] = chain as readonly [Certificate];
  if (!chain.some(({ der }) => trusted.some((root) => Buffer.compare(root.der, der) === 0)))
    throw refused(`no root that is trusted stands above ${JSON.stringify(signer.name)}`);
  for (const [name, value] of identity ?? [])
    if (!signer.attributes.some((each) => each[0] === name && each[1] === value))
      throw refused(`${JSON.stringify(signer.name)} is not the identity that is trusted: no ${name}=${value}`);
}

function checkTimes({ attributes }: Envelope, chain: readonly Certificate[], now: Date) {
  const { signingTime, expiry } = checkAttributes(attributes);
  checkValidity(chain, signingTime, 'when it was signed');
  checkValidity(chain, now, 'now');
  if (expiry && expiry <= now) throw refused(`it expired at ${expiry.toISOString()}`);
  return { expiry };
}

/** Whose certificate it is, and which one. */
function signerOf({ name, der }: Certificate): string {
  return `${name} (sha256:${createHash('sha256').update(der).digest('hex')})`;
}
