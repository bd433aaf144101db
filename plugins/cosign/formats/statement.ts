import { type Descriptor, type SignRequest, statementBytes, type Verified } from '@kitwright/core/plugin';
import { refused } from './refused.ts';
import { isRecord, type JsonRecord, strictJson } from './strictJson.ts';

/** The predicate of a signature: nothing but the statement that this kit is meant (cosign 3). */
export const signatureType = 'https://sigstore.dev/cosign/sign/v1';

const statementType = 'https://in-toto.io/Statement/v1';

/** `cosign attest` still writes the older one. */
const olderType = 'https://in-toto.io/Statement/v0.1';

/**
 * The bytes of the statement that is signed. Unlike cosign's, a signature names its repository too, so that a replay in
 * another one can be refused.
 */
export function signedBytes({ subject, repository, annotations, statement }: SignRequest): Uint8Array {
  const { predicateType, predicate } = statement ?? { predicateType: signatureType, predicate: {} };
  return statementBytes({ subject, name: repository, annotations }, { predicateType, predicate });
}

function hexOf({ digest }: Descriptor): string {
  return digest.slice('sha256:'.length);
}

/** More subjects than any build has results. */
const maxSubjects = 1000;

/**
 * What a statement says of a kit; its signature was verified. Throws `signature-invalid` if it is no statement, or about
 * something else.
 */
export function readStatement(
  bytes: Uint8Array,
  subject: Descriptor,
): Pick<Verified, 'annotations' | 'repository' | 'statement'> {
  const { _type: type, predicateType, predicate, subject: subjects } = parse(bytes);
  const isSignature = predicateType === signatureType;
  if (type !== statementType && (isSignature || type !== olderType)) throw refused('it is no statement of in-toto');
  if (typeof predicateType !== 'string' || !predicateType) throw refused('its statement has no predicate type');
  if (!Array.isArray(subjects) || subjects.length > maxSubjects) throw refused('its statement names no subject');
  const about: unknown = subjects.find((candidate) => isAbout(candidate, subject));
  if (!isRecord(about)) throw refused(`its statement is not about ${subject.digest}`);
  const annotations = textsIn(about['annotations']);
  const { name } = about;
  const said = { annotations, ...(typeof name === 'string' && name ? { repository: name } : {}) };
  if (isSignature) return said;
  return { ...said, statement: { predicateType, predicate: (predicate ?? null) as never } };
}

function parse(bytes: Uint8Array): JsonRecord {
  try {
    return strictJson(bytes, 'statement');
  } catch (error) {
    throw refused('its statement cannot be read', error);
  }
}

function isAbout(candidate: unknown, subject: Descriptor): boolean {
  return isRecord(candidate) && isRecord(candidate['digest']) && candidate['digest']['sha256'] === hexOf(subject);
}

/** Annotations that are texts; whatever else is there cannot be asked for. */
export function textsIn(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
