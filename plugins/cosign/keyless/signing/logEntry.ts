import { createHash, type X509Certificate } from 'node:crypto';
import type { OpenContext } from '@kitwright/core/plugin';
import { type Envelope, preAuthEncoding } from '../../formats/dsse.ts';
import { isRecord, type JsonRecord, strictJson } from '../../formats/strictJson.ts';
import { callJson, serviceError } from './callService.ts';
import type { Services } from './services.ts';

const service = 'Rekor';

/** Puts a signed envelope into the log: its entry, as a bundle has it. Throws what `callService` throws. */
export function logEntry(
  { url, version }: Services['rekor'],
  envelope: Envelope,
  certificate: X509Certificate,
  context: OpenContext,
): Promise<JsonRecord> {
  const base = url.replace(/\/$/, '');
  return version === 2
    ? entryOf2(base, envelope, certificate, context)
    : entryOf1(base, envelope, certificate, context);
}

const headers = { 'content-type': 'application/json', accept: 'application/json' };

/** sigstore/rekor-tiles, rekor_service.proto: the log keeps the hash of what is signed. Its answer is the entry. */
function entryOf2(
  base: string,
  { payload, payloadType, sig }: Envelope,
  certificate: X509Certificate,
  context: OpenContext,
) {
  const signed = preAuthEncoding(payloadType, Buffer.from(payload, 'base64'));
  const verifier = {
    x509Certificate: { rawBytes: certificate.raw.toString('base64') },
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
  };
  const digest = createHash('sha256').update(signed).digest('base64');
  const body = JSON.stringify({ hashedRekordRequestV002: { digest, signature: { content: sig, verifier } } });
  return callJson({ service, url: `${base}/api/v2/log/entries`, headers, body }, context);
}

/** sigstore/rekor, openapi.yaml, `createLogEntry`, and pkg/types/dsse. */
async function entryOf1(
  base: string,
  { payload, payloadType, sig }: Envelope,
  certificate: X509Certificate,
  context: OpenContext,
) {
  const verifiers = [Buffer.from(certificate.toString()).toString('base64')];
  const envelope = JSON.stringify({ payloadType, payload, signatures: [{ sig }] });
  const body = JSON.stringify({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: { proposedContent: { envelope, verifiers } },
  });
  const answer = await callJson({ service, url: `${base}/api/v1/log/entries`, headers, body }, context);
  const [entry] = Object.values(answer);
  const verification = isRecord(entry) ? entry['verification'] : undefined;
  if (!isRecord(entry) || !isRecord(verification)) throw serviceError({ service }, 'gave no entry');
  return bundleEntry(entry, verification);
}

function bundleEntry(entry: JsonRecord, { inclusionProof: proof, signedEntryTimestamp }: JsonRecord): JsonRecord {
  const { body, integratedTime, logID, logIndex } = entry;
  const { kind, apiVersion: version } = parse(body);
  const { hashes, rootHash, treeSize, checkpoint, logIndex: index } = isRecord(proof) ? proof : {};
  const base64 = (hex: unknown) => Buffer.from(String(hex), 'hex').toString('base64');
  return {
    logIndex: String(logIndex),
    logId: { keyId: base64(logID) },
    kindVersion: { kind, version },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: String(index),
      rootHash: base64(rootHash),
      treeSize: String(treeSize),
      hashes: (Array.isArray(hashes) ? hashes : []).map(base64),
      checkpoint: { envelope: checkpoint },
    },
    canonicalizedBody: body,
  };
}

function parse(body: unknown): JsonRecord {
  try {
    return strictJson(Buffer.from(String(body), 'base64'), 'entry');
  } catch (error) {
    throw serviceError({ service }, 'gave an entry that cannot be read', error);
  }
}
