import { createPublicKey, KeyObject, X509Certificate } from 'node:crypto';
import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle';
import { refused } from '../formats/refused.ts';
import { strictBase64 } from '../formats/strictBase64.ts';
import { isRecord, strictJson } from '../formats/strictJson.ts';

/**
 * Compares what the library leaves: each entry of the log was made for this certificate or key, and says of itself what
 * its signed parts say. Throws `signature-invalid`.
 */
export function checkEntries(bundle: Bundle, signer: X509Certificate | KeyObject): void {
  for (const entry of bundle.verificationMaterial.tlogEntries) {
    checkNumbers(entry);
    const verifier = verifierIn(entry);
    if (!verifier || !isOf(verifier, signer)) throw refused('its entry in the log is by somebody else');
  }
}

/** What stands twice in an entry, once signed and once not, must be the same. */
function checkNumbers({
  inclusionProof: proof,
  inclusionPromise,
  integratedTime,
  logIndex,
}: TransparencyLogEntry): void {
  // Without a promise nothing signs them (Rekor v2).
  if (!inclusionPromise && (Number(integratedTime) !== 0 || logIndex !== proof?.logIndex))
    throw refused('its entry in the log has a time or a place that nobody signed');
  if (!proof) return;
  const note = proof.checkpoint?.envelope ?? '';
  const [, size, hash] = note.split('\n');
  if (!isNote(note)) throw refused('the checkpoint of its entry in the log is no signed note');
  if (size !== proof.treeSize || hash !== proof.rootHash.toString('base64'))
    throw refused('the proof of its entry in the log is about another state of the log');
}

/** A text and its signatures in one form (C2SP, signed-note.md). */
function isNote(note: string): boolean {
  const signatures = note.slice(note.indexOf('\n\n') + 2).split('\n');
  return signatures.pop() === '' && signatures.every(isSignatureLine);
}

function isSignatureLine(line: string): boolean {
  const [, signature] = /^— \S+ (\S+)$/.exec(line) ?? [];
  return strictBase64(signature) !== undefined;
}

/** The certificate or key for which an entry was made: in DER or PEM, in base64, where its kind has it. */
function verifierIn({ canonicalizedBody, kindVersion: { kind, version } }: TransparencyLogEntry): Buffer | undefined {
  const { spec } = parse(canonicalizedBody);
  const text = valueAt(spec, paths[`${kind} ${version}`] ?? []);
  return typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
}

function parse(body: Uint8Array) {
  try {
    return strictJson(body, 'entry');
  } catch (error) {
    throw refused('its entry in the log cannot be read', error);
  }
}

/** Where the signer is (sigstore/rekor, pkg/types; sigstore/rekor-tiles, api/proto/rekor/v2). */
const paths: Readonly<Record<string, readonly string[]>> = {
  'hashedrekord 0.0.1': ['signature', 'publicKey', 'content'],
  'dsse 0.0.1': ['signatures', '0', 'verifier'],
  'intoto 0.0.2': ['content', 'envelope', 'signatures', '0', 'publicKey'],
  'hashedrekord 0.0.2': ['hashedRekordV002', 'signature', 'verifier', '*', 'rawBytes'],
  'dsse 0.0.2': ['dsseV002', 'signatures', '0', 'verifier', '*', 'rawBytes'],
};

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((at, name) => {
    if (Array.isArray(at)) return at[Number(name)] as unknown;
    if (!isRecord(at)) return undefined;
    return name === '*' ? (at['x509Certificate'] ?? at['publicKey']) : at[name];
  }, value);
}

function isOf(verifier: Buffer, signer: X509Certificate | KeyObject): boolean {
  try {
    if (signer instanceof KeyObject) return keyIn(verifier).equals(signer);
    return new X509Certificate(verifier).raw.equals(signer.raw);
  } catch {
    return false;
  }
}

function keyIn(bytes: Buffer): KeyObject {
  return bytes.toString().startsWith('-----BEGIN ')
    ? createPublicKey(bytes)
    : createPublicKey({ key: bytes, format: 'der', type: 'spki' });
}
