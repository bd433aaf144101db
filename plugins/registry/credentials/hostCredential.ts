import type { HostCredential } from '@kitwright/core/plugin';
import type { RegistryOptions } from '../RegistryOptions.ts';
import type { Credential } from './dockerConfig.ts';
import { findCredential } from './findCredential.ts';

/** What the user has stored for a host that is no registry: a bucket, a hub, a WebDAV server. Throws `unauthorized`. */
export async function hostCredential(host: string, options: RegistryOptions): Promise<HostCredential | undefined> {
  const found = await findCredential(host, '', options);
  return found && hostCredentialOf(found);
}

/** A stored login as targets that are no registry send it. */
export function hostCredentialOf(found: Credential): HostCredential {
  if ('username' in found) return { username: found.username, password: found.password };
  return { token: 'refreshToken' in found ? found.refreshToken : found.registryToken };
}
