import { KitwrightError } from '@kitwright/core/plugin';
import { lazyAgent } from './connection/lazyAgent.ts';
import type { Credential } from './credentials/dockerConfig.ts';
import { eraseCredential, storeCredential } from './credentials/findCredential.ts';
import type { RegistryOptions } from './RegistryOptions.ts';
import { verifyCredential } from './verifyCredential.ts';

/**
 * Checks the credential at the registry and stores it if it is accepted. False if the registry accepts any, so that
 * this one is not verified. Throws `unauthorized`, `network-failed`.
 */
export async function login(registry: string, credential: Credential, options: RegistryOptions): Promise<boolean> {
  const agent = lazyAgent(options);
  try {
    const isProven = await verifyCredential(registry, credential, agent, options);
    await storeCredential(registry, credential, options);
    return isProven;
  } finally {
    await agent.destroy();
  }
}

/** Deletes the credential of a registry. Throws `unauthorized` if there is none. */
export async function logout(registry: string, options: RegistryOptions): Promise<void> {
  if (await eraseCredential(registry, options)) return;
  throw new KitwrightError('unauthorized', `There are no credentials for ${registry}.`, {
    hint: 'Nothing had to be removed.',
  });
}
