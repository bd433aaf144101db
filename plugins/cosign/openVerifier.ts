import type { OpenContext, OpenedVerifier, SignerOptions } from '@kitwright/core/plugin';
import { type VerifierSetup, verifierSetup } from './cosignOptions.ts';
import { createVerifier, type Prover } from './createVerifier.ts';
import { keyProver } from './keyProver.ts';
import { openPublicKey } from './keys/openPublicKey.ts';

/** Reads the key or the trusted root of a verifier. Throws `key-invalid`, `usage`. */
export async function openVerifier(given: SignerOptions, context: OpenContext): Promise<OpenedVerifier> {
  const setup = verifierSetup(given);
  return createVerifier(await proverOf(setup, context), setup.formats);
}

async function proverOf(setup: VerifierSetup, context: OpenContext): Promise<Prover> {
  const key = setup.key === undefined ? undefined : await openPublicKey(setup.key, context);
  if (key && setup.trustedRoot === undefined) return keyProver(key);
  // With a key alone nothing of it is loaded.
  return (await import('./keyless/openRoot.ts')).openRootProver(setup, key, context);
}
