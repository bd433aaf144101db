import type { Descriptor, OpenedVerifier, StoredEvidence, Verified } from '@kitwright/core/plugin';
import { algorithmOf, verifyBytes } from './algorithms.ts';
import type { Certificate } from './certificates/Certificate.ts';
import { checkChain, checkValidity } from './certificates/checkChain.ts';
import { readChain } from './certificates/readChain.ts';
import { signerName } from './certificates/signerName.ts';
import type { Envelope } from './envelopes/Envelope.ts';
import { checkAttributes } from './envelopes/signedAttributes.ts';
import { signatureType, thumbprints, thumbprintsOf } from './evidence.ts';
import { formats } from './notationOptions.ts';
import { readPayload } from './payload.ts';
import { refused } from './refused.ts';
import { verifyTimestamp } from './timestamps/verifyTimestamp.ts';

/** Whom a verifier trusts. */
export interface Trust {
  readonly trusted: readonly Certificate[];
  /** Names of the forms that count. */
  readonly formats: readonly string[];
  readonly identity?: ReadonlyMap<string, string> | undefined;
  /** Authorities whose timestamps count; with any of them a signature must have one. */
  readonly timestampRoots?: readonly Certificate[] | undefined;
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
  const chain = readChain(envelope.chain);
  checkSignature(envelope, chain, form.format.nameOf);
  checkTrust(chain, trust);
  const { expiry, stamped } = checkTimes(envelope, chain, trust);
  if (annotations[thumbprints] !== thumbprintsOf(envelope.chain))
    throw refused('its manifest names other certificates');
  return {
    signer: signerName(chain[0] as Certificate),
    format: name as string,
    annotations: readPayload(envelope.payload, subject),
    ...(stamped ? { time: stamped.time.toISOString() } : {}),
    ...(expiry ? { expires: expiry.toISOString() } : {}),
    notes: stamped ? [revocationNote] : [envelope.timestamp ? uncheckedNote : timeNote, revocationNote],
  };
}

/** What is not promised. */
const timeNote = 'No timestamp authority vouches for the time of signing: the certificates have to be valid now.';
const uncheckedNote =
  'It has a timestamp, which was not checked without a root for it: the certificates have to be valid now.';
const revocationNote = 'Nobody was asked whether a certificate was revoked.';

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

/** With a timestamp the certificates may be over by now: they were valid when the signature was seen. */
function checkTimes(
  { attributes, signature, timestamp }: Envelope,
  chain: readonly Certificate[],
  { timestampRoots = [], now: clock }: Trust,
) {
  const { signingTime, expiry } = checkAttributes(attributes);
  const now = new Date(clock?.() ?? Date.now());
  checkValidity(chain, signingTime, 'when it was signed');
  if (timestampRoots.length && !timestamp) throw refused('it has no timestamp');
  const stamped =
    timestamp && timestampRoots.length ? verifyTimestamp(timestamp, signature, timestampRoots) : undefined;
  if (stamped) for (const time of [stamped.earliest, stamped.latest]) checkValidity(chain, time, 'when it was stamped');
  else checkValidity(chain, now, 'now');
  if (expiry && expiry <= now) throw refused(`it expired at ${expiry.toISOString()}`);
  return { expiry, stamped };
}
