import {
  type Descriptor,
  goJson,
  isObject,
  KitwrightError,
  type SignRequest,
  strictJson,
} from '@kitwright/core/plugin';
import { refused } from './refused.ts';

/** Names of annotations that the Notary Project keeps for itself. */
const reserved = 'io.cncf.notary';

/** What is signed: the descriptor of the manifest (signature-specification.md, "Payload"). Throws `usage`. */
export function payloadBytes({ subject, annotations }: SignRequest): Uint8Array {
  const name = Object.keys(annotations).find((each) => each.startsWith(reserved));
  if (name !== undefined) throw new KitwrightError('usage', `Annotations of ${reserved} cannot be given: ${name}.`);
  const { mediaType, digest, size } = subject;
  const noted = Object.keys(annotations).length ? { annotations: { ...annotations } } : {};
  return Buffer.from(goJson({ targetArtifact: { mediaType, digest, size, ...noted } }));
}

/** The signed annotations in a payload about this manifest. Throws `signature-invalid` for any other. */
export function readPayload(bytes: Uint8Array, subject: Descriptor): Readonly<Record<string, string>> {
  const { targetArtifact: about } = parse(bytes);
  if (!isObject(about)) throw refused('its payload names no artifact');
  const { mediaType, digest, size, annotations = {} } = about;
  if (digest !== subject.digest || mediaType !== subject.mediaType || size !== subject.size)
    throw refused(`it is not about ${subject.digest}`);
  if (!isObject(annotations)) throw refused('its payload has annotations that are none');
  const entries = Object.entries(annotations);
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    throw refused('its payload has annotations that are no texts');
  return Object.fromEntries(entries);
}

function parse(bytes: Uint8Array) {
  try {
    return strictJson(bytes, 'payload');
  } catch (error) {
    throw refused('its payload cannot be read', error);
  }
}
