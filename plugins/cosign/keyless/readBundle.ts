import { checkDer } from '@kitwright/core/plugin';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { refused } from '../formats/refused.ts';
import { strictBase64 } from '../formats/strictBase64.ts';
import { isRecord, type JsonRecord, strictJson } from '../formats/strictJson.ts';

/** The types of artifacts and blobs that are Sigstore bundles (sigstore/protobuf-specs, sigstore_bundle.proto), all versions. */
const bundleTypes: ReadonlySet<string> = new Set([
  'application/vnd.dev.sigstore.bundle.v0.3+json',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.1',
]);

export function isBundleType(type: unknown): boolean {
  return typeof type === 'string' && bundleTypes.has(type);
}

/** As sigstore-go has it, for log entries and for timestamps. */
const maxEntries = 32;

/**
 * A bundle of any version, in one form: no name twice, base64 as RFC 4648 has it and nothing else, so that two readers
 * never see two bundles in the same bytes; its certificates and timestamps are bounded for parsers. Throws
 * `signature-invalid`.
 */
export function readBundle(bytes: Uint8Array): Bundle {
  const value = parse(bytes);
  if (!isBundleType(value['mediaType'])) throw refused('it is no Sigstore bundle of a known version');
  checkCounts(value['verificationMaterial']);
  checkBase64(value);
  const bundle = messageOf(value);
  checkMaterial(bundle);
  return bundle;
}

function messageOf(value: JsonRecord): Bundle {
  try {
    return bundleFromJSON(value);
  } catch (error) {
    throw refused('its bundle is not complete, or has parts that its version does not have', error);
  }
}

function checkMaterial({ verificationMaterial }: Bundle): void {
  const { content, timestampVerificationData } = verificationMaterial;
  try {
    for (const { rawBytes } of certificatesOf(content)) checkDer(rawBytes, 'certificate');
    for (const { signedTimestamp } of timestampVerificationData?.rfc3161Timestamps ?? [])
      checkDer(signedTimestamp, 'timestamp');
  } catch (error) {
    throw refused('a certificate or a timestamp in its bundle cannot be read', error);
  }
}

/** That of the signer first; none if a key signed. */
export function certificatesOf(content: Bundle['verificationMaterial']['content']) {
  if (content.$case === 'certificate') return [content.certificate];
  return content.$case === 'x509CertificateChain' ? content.x509CertificateChain.certificates : [];
}

function parse(bytes: Uint8Array): JsonRecord {
  try {
    return strictJson(bytes, 'bundle');
  } catch (error) {
    throw refused('its bundle cannot be read', error);
  }
}

function checkCounts(material: unknown): void {
  if (!isRecord(material)) throw refused('its bundle says nothing of who signed');
  const { tlogEntries, timestampVerificationData: stamps, x509CertificateChain: chain } = material;
  const lists = [
    tlogEntries,
    isRecord(stamps) ? stamps['rfc3161Timestamps'] : undefined,
    isRecord(chain) ? chain['certificates'] : undefined,
  ];
  if (lists.some((list) => list !== undefined && (!Array.isArray(list) || list.length > maxEntries)))
    throw refused('its bundle has too many entries of logs, timestamps or certificates');
}

/** The fields of bytes (`bytes` in the protocol buffers). */
const byteFields: ReadonlySet<string> = new Set([
  'rawBytes',
  'keyId',
  'signedEntryTimestamp',
  'canonicalizedBody',
  'rootHash',
  'hashes',
  'signedTimestamp',
  'digest',
  'signature',
  'payload',
  'sig',
]);

/** The deepest of a bundle is a checkpoint, at 6. */
const maxDepth = 16;

function checkBase64(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > maxDepth) throw refused('its bundle has too many levels');
  for (const [name, inside] of Object.entries(value)) {
    if (byteFields.has(name)) checkBytes(name, inside);
    checkBase64(inside, depth + 1);
  }
}

function checkBytes(name: string, value: unknown): void {
  const texts = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
  if (texts.some((text) => strictBase64(text) === undefined)) throw refused(`its ${name} is no base64`);
}
