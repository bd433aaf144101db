import { existsSync } from 'node:fs';
import { type AttachedFile, isMediaType, KitwrightError } from '@kitwright/core/internal';

const defaultType = 'application/octet-stream';

/** `FILE[:mediaType]`. A colon is part of the name where such a file exists, or where no media type follows. */
export function parseAttachedFile(text: string): AttachedFile {
  const colon = text.lastIndexOf(':');
  const mediaType = text.slice(colon + 1);
  if (colon <= 0 || existsSync(text) || !isMediaType(mediaType)) return { path: text, mediaType: defaultType };
  return { path: text.slice(0, colon), mediaType };
}

/** An artifact type is a media type (RFC 6838). Throws `usage`. */
export function requireArtifactType(text: string): string {
  if (isMediaType(text)) return text;
  throw new KitwrightError('usage', `${JSON.stringify(text)} is no artifact type: it must be a media type.`, {
    hint: 'For example application/spdx+json or application/vnd.example.report.v1.',
  });
}
