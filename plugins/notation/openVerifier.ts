import type { OpenContext, OpenedVerifier, SignerOptions } from '@kitwright/core/plugin';
import { readCertificates } from './certificates/readCertificates.ts';
import { createVerifier } from './createVerifier.ts';
import { verifierSetup } from './notationOptions.ts';

/** Reads the certificates that a verifier trusts. Throws `key-invalid`, `usage`. */
export async function openVerifier(given: SignerOptions, context: OpenContext): Promise<OpenedVerifier> {
  const { roots, timestampRoots, ...rest } = verifierSetup(given);
  const read = (names: readonly string[]) => names.flatMap((name) => readCertificates(name, context));
  return createVerifier({ ...rest, trusted: read(roots), timestampRoots: read(timestampRoots) });
}
