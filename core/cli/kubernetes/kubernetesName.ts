import { createHash } from 'node:crypto';
import { KitwrightError } from '@kitwright/core/internal';

/** Characters of a made name: KServe makes longer ones of it, which end at 63. */
const longest = 40;

/**
 * A name made of the last part of a repository: small letters, digits and dashes (RFC 1123), a letter first (RFC 1035),
 * as services and KServe want it. Where something of the repository was lost, a hash keeps the names apart.
 */
export function kubernetesName(repository: string): string {
  const last = repository.slice(repository.lastIndexOf('/') + 1);
  const plain = last.replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|(?<!-)-+$/g, '');
  if (plain === last && plain.length <= longest) return plain;
  const hash = createHash('sha256').update(repository).digest('hex').slice(0, 8);
  const start = plain.slice(0, longest - hash.length - 1).replace(/(?<!-)-+$/, '');
  return `${start || 'model'}-${hash}`;
}

/** Throws `usage` for what is no name of an object: RFC 1123 label, as namespaces have it. */
export function requireLabel(text: string, what: string): string {
  if (/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new KitwrightError(
    'usage',
    `${what} ${JSON.stringify(text)} is none of Kubernetes: it has small letters, digits and dashes, 63 at most.`,
  );
}

/** The same for a name that begins with a letter, as services and KServe want it. */
export function requireName(text: string): string {
  if (/^[a-z]/.test(requireLabel(text, 'The name'))) return text;
  throw new KitwrightError('usage', `The name ${JSON.stringify(text)} must begin with a letter.`);
}

/** Throws `usage` for a name of a secret or group: RFC 1123 subdomain. */
export function requireSubdomain(text: string, what: string): string {
  const parts = text.split('.');
  if (text.length <= 253 && parts.every((part) => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(part))) return text;
  throw new KitwrightError('usage', `${what} ${JSON.stringify(text)} is none of Kubernetes.`);
}

const image = /^[A-Za-z0-9][\w.-]*(?::\d{1,5})?(?:\/[a-z0-9][\w.-]*)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** Throws `usage` for what names no image. */
export function requireImage(text: string, flag: string): string {
  if (text.length <= 512 && image.test(text)) return text;
  throw new KitwrightError('usage', `${flag} ${JSON.stringify(text)} names no container image.`);
}
