import type { HostCredential } from '@kitwright/core/plugin';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { findCredential } from './findCredential.ts';

/** What the user has stored for a host that is no registry: a bucket, a hub, a WebDAV server. Throws `unauthorized`. */
export async function hostCredential(host: string, options: RegistryOptions): Promise<HostCredential | undefined> {
  const found = await findCredential(host, '', options);
  if (!found) return undefined;
  if ('username' in found) return { username: found.username, password: found.password };
  return { token: 'refreshToken' in found ? found.refreshToken : found.registryToken };
}
