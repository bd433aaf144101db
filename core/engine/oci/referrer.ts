import { KitwrightError } from '../errors/KitwrightError.ts';
import { checkKind } from './checkKind.ts';
import type { Descriptor } from './descriptor.ts';
import { jsonText } from './jsonText.ts';
import { parseAnnotations, parseDescriptor } from './manifest.ts';
import { isMediaType } from './mediaTypes.ts';
import { isObject } from './parseJsonObject.ts';
import { strictJson } from './strictJson.ts';

/** What a manifest or an index says of itself as a referrer (image-spec 1.1, manifest.md). */
export interface ReferrerFields {
  /** The manifest that it refers to; undefined if it refers to none. */
  readonly subject: Descriptor | undefined;
  /** Its `artifactType`, else the media type of its config. */
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Reads an untrusted manifest. Throws `kit-malformed`, also where the artifact type is no media type. */
export function parseReferrer(bytes: Uint8Array, mediaType: string): ReferrerFields {
  const json = strictJson(bytes, 'manifest');
  checkKind(json, mediaType);
  const { subject, artifactType, annotations, config } = json;
  const type = artifactType || (isObject(config) ? config['mediaType'] : undefined);
  if (typeof type !== 'string' || !isMediaType(type))
    throw new KitwrightError('kit-malformed', `The manifest is not usable: ${jsonText(type)} is no artifact type.`);
  return {
    subject: subject === undefined || subject === null ? undefined : parseDescriptor(subject),
    artifactType: type,
    annotations: parseAnnotations(annotations),
  };
}

/** The same; undefined for what is no manifest, or has no artifact type: a kit may be anything. */
export function referrerIn(bytes: Uint8Array, mediaType: string): ReferrerFields | undefined {
  try {
    return parseReferrer(bytes, mediaType);
  } catch {
    return undefined;
  }
}
