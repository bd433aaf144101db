import {
  type JsonValue,
  KitwrightError,
  parseJsonObject,
  readPlainFile,
  type Statement,
} from '@kitwright/core/internal';

/** cosign's words for predicate types (its `attest --type`). */
const types: Readonly<Record<string, string>> = {
  custom: 'https://cosign.sigstore.dev/attestation/v1',
  slsaprovenance: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance02: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance1: 'https://slsa.dev/provenance/v1',
  link: 'https://in-toto.io/Link/v1',
  spdx: 'https://spdx.dev/Document',
  spdxjson: 'https://spdx.dev/Document',
  cyclonedx: 'https://cyclonedx.org/bom',
  vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  openvex: 'https://openvex.dev/ns',
};

export const predicateWords: string = Object.keys(types).join(', ');

/** The URI of a predicate type that is given as cosign's word, or as a URI. Throws `usage`. */
export function predicateTypeOf(type: string): string {
  const known = Object.hasOwn(types, type) ? types[type] : undefined;
  if (known !== undefined) return known;
  if (/^[a-z][a-z0-9+.-]*:\S+$/i.test(type) && URL.canParse(type)) return type;
  throw new KitwrightError(
    'usage',
    `Unknown predicate type ${JSON.stringify(type)}; use a URI, or one of: ${predicateWords}.`,
  );
}

/** Bytes: what is attested is held in memory. */
const limit = 16 * 1024 * 1024;

/**
 * The statement that a file becomes. As with cosign, `custom` wraps any text, `spdx` is a text, and all others are JSON
 * objects. Throws `usage`, `file-unreadable`.
 */
export function readPredicate(path: string, type: string, now: Date): Statement {
  const predicateType = predicateTypeOf(type);
  const bytes = readPlainFile(path, limit);
  if (type === 'custom') {
    const timestamp = now.toISOString().replace(/\.\d+Z$/, 'Z');
    return { predicateType, predicate: { Data: bytes.toString(), Timestamp: timestamp } };
  }
  return { predicateType, predicate: type === 'spdx' ? bytes.toString() : objectIn(bytes, path) };
}

function objectIn(bytes: Uint8Array, path: string): JsonValue {
  try {
    return parseJsonObject(bytes, 'predicate') as JsonValue;
  } catch (error) {
    throw new KitwrightError('usage', `The predicate ${path} is no JSON object.`, { cause: error });
  }
}
