import { createHash } from 'node:crypto';
import type { Certificate } from './Certificate.ts';

/** Whose certificate it is, and which one. */
export function signerName({ name, der }: Pick<Certificate, 'name' | 'der'>): string {
  return `${name} (sha256:${createHash('sha256').update(der).digest('hex')})`;
}
