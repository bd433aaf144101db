import { hash } from 'node:crypto';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { jsonText } from './jsonText.ts';

/** `sha256:` and 64 lower-case hex digits (OCI image-spec, descriptor.md "Digests"). */
export type Digest = `sha256:${string}`;

const pattern = /^sha256:[a-f0-9]{64}$/;

/** Is a text a SHA-256 digest? */
export function isDigest(text: string): text is Digest {
  return pattern.test(text);
}

/** The digest that a text is, or that stands behind a name in it. */
export function digestIn(text: string): Digest | undefined {
  const end = text.slice(-(length + 1)).replace(/^[@:]/, '');
  return isDigest(end) ? end : undefined;
}

const length = 'sha256:'.length + 64;

/** The SHA-256 digest of bytes, or of a text in UTF-8. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${hash('sha256', bytes)}`;
}

/** The hex part, used as a file name. Throws `kit-malformed` if it is not a SHA-256 digest. */
export function hexOf(digest: string): string {
  if (!isDigest(digest)) {
    throw new KitwrightError('kit-malformed', `Not a SHA-256 digest: ${jsonText(digest)}.`, { data: { digest } });
  }
  return digest.slice('sha256:'.length);
}
