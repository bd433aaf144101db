import { refused } from '../refused.ts';
import { type Certificate, readCertificate } from './Certificate.ts';

/** More than any certificate authority has. */
export const maxChain = 10;

/**
 * Reads the certificates in DER that came with a signature, or with what `owner` says. None of them is read if there are
 * too many. Throws `signature-invalid`.
 */
export function readChain(certificates: readonly Uint8Array[], owner = 'it'): readonly Certificate[] {
  if (certificates.length > maxChain) throw refused(`${owner} has ${certificates.length} certificates`);
  return certificates.map(readCertificate);
}
