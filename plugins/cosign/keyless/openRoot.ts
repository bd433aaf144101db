import type { KeyObject } from 'node:crypto';
import { KitwrightError, type OpenContext } from '@kitwright/core/plugin';
import type { VerifierSetup } from '../cosignOptions.ts';
import type { Prover } from '../createVerifier.ts';
import { rootProver } from './rootProver.ts';
import { readTrustedRoot, type TrustedRoot } from './trustedRoot.ts';

/** A prover for a key or an identity, with the root that is named, else that of sigstore.dev. Throws `key-invalid`. */
export async function openRootProver(
  { trustedRoot, identity, ignoresSct }: VerifierSetup,
  key: KeyObject | undefined,
  context: OpenContext,
): Promise<Prover> {
  const root = trustedRoot === undefined ? await refreshed(context) : readTrustedRoot(trustedRoot);
  if (key) return rootProver(root, { key }, ignoresSct);
  if (identity) return rootProver(root, { identity }, ignoresSct);
  throw new KitwrightError('usage', 'Name a key or an identity.');
}

/** With a root that is named nothing of this is loaded. */
async function refreshed(context: OpenContext): Promise<TrustedRoot> {
  return (await import('./publicRoot.ts')).publicRoot(context);
}
