import type { OpenContext, OpenedVerifier, SignerOptions } from '@kitwright/core/plugin';
import { readOptions } from './cosignOptions.ts';
import { createVerifier } from './createVerifier.ts';
import { openPublicKey } from './keys/openPublicKey.ts';

/** Reads the key of a verifier. Throws `key-invalid`, `usage`. */
export async function openVerifier(given: SignerOptions, context: OpenContext): Promise<OpenedVerifier> {
  const { key, formats } = readOptions(given);
  return createVerifier(await openPublicKey(key, context), formats);
}
