import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { maxManifestSize } from '../../oci/parseJsonObject.ts';

/** The most referrers of one kit. Anybody who may write to a repository can add some. */
export const maxReferrers = 1000;

/** Bytes of all their manifests. */
const maxBytes = 64 * 1024 * 1024;

/** Refuses more than is allowed, before it is read: whoever asks should choose. Throws `kit-malformed`. */
export function refuseMany(found: readonly Descriptor[], origin: string): void {
  // A larger one is not read at all.
  const bytes = found.reduce((sum, { size }) => sum + (size > maxManifestSize ? 0 : size), 0);
  if (found.length <= maxReferrers && bytes <= maxBytes) return;
  throw tooMany(`more than ${maxReferrers} referrers of one kit, or more than ${maxBytes} bytes of manifests`, origin);
}

/** The error for a target that lists more referrers than anybody needs. */
export function tooMany(what: string, origin: string): KitwrightError {
  return new KitwrightError('kit-malformed', `${origin} lists ${what}.`, {
    hint: 'Choose some with --referrers TYPE, or leave them out with --referrers none.',
  });
}
