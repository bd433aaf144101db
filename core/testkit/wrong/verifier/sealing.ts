import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import {
  type Descriptor,
  type Evidence,
  KitwrightError,
  type OpenedVerifier,
  readPlainFile,
  type SignRequest,
  type StoredEvidence,
  type Verified,
} from '@kitwright/core/plugin';

/** Signatures of the right signer, which the right verifier reads: a payload and its Ed25519 signature in JSON. */
export const artifactType = 'application/vnd.example.seal.v1';

export const [ours, theirs] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];

export function sealed({ subject, annotations, statement }: SignRequest, key: KeyObject): Evidence {
  const payload = Buffer.from(
    JSON.stringify({ digest: subject.digest, annotations: Object.entries(annotations), statement }),
  );
  const seal = { payload: payload.toString('base64'), signature: sign(null, payload, key).toString('base64') };
  return { artifactType, blobs: [{ mediaType: artifactType, bytes: Buffer.from(JSON.stringify(seal)) }] };
}

export interface Payload {
  readonly digest: string;
  readonly annotations: readonly (readonly [string, string])[];
  readonly statement?: Verified['statement'];
}

/** The right verifier of one key. */
export function verifierOf(key: KeyObject): OpenedVerifier {
  return {
    reads: (evidence) => evidence.artifactType === artifactType && evidence.tag === undefined,
    verify: async (evidence, subject) => [proofOf(payloadOf(evidence, key), subject)],
  };
}

/** Throws `signature-invalid`. */
export function payloadOf({ blobs: [blob, ...others] }: StoredEvidence, key: KeyObject, isTrusted = false): Payload {
  if (blob?.mediaType !== artifactType || others.length > 0) throw invalid('it is not exactly one seal');
  const { payload, signature } = parse(blob.bytes);
  if (typeof payload !== 'string' || typeof signature !== 'string') throw invalid('it has no payload');
  const bytes = Buffer.from(payload, 'base64');
  if (!isTrusted && !verify(null, bytes, key, Buffer.from(signature, 'base64'))) throw invalid('another key made it');
  return parse(bytes) as unknown as Payload;
}

export function proofOf({ digest, annotations, statement }: Payload, subject: Descriptor): Verified {
  if (digest !== subject.digest) throw invalid('it is about another kit');
  return { signer: 'sha256:ours', format: 'seal', annotations: Object.fromEntries(annotations), statement };
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes.byteLength > 64 * 1024) throw invalid('it is too large');
  try {
    return { ...JSON.parse(Buffer.from(bytes).toString()) };
  } catch (cause) {
    throw invalid('it is no JSON', cause);
  }
}

export function invalid(why: string, cause?: unknown): KitwrightError {
  return new KitwrightError('signature-invalid', `The seal proves nothing: ${why}.`, { cause });
}

/** A key in a file. Throws `usage`, `key-invalid`. */
export function readKey(path: string | undefined, passphrase?: string): KeyObject {
  if (path === undefined) throw new KitwrightError('usage', 'Name the key: --key FILE.');
  const pem = readPem(path);
  try {
    return passphrase === undefined ? createPublicKey(pem) : createPrivateKey({ key: pem, passphrase });
  } catch (cause) {
    throw new KitwrightError('key-invalid', `${path} holds no key, or its password is wrong.`, { cause });
  }
}

function readPem(path: string): Buffer {
  try {
    return Buffer.from(readPlainFile(path, 16 * 1024));
  } catch (cause) {
    throw new KitwrightError('key-invalid', `${path} cannot be read.`, { cause });
  }
}
