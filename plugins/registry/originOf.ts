import { KitwrightError } from '@kitwright/core/plugin';
import { isKnownPlain } from './connection/plainLoopback.ts';
import type { RegistryOptions } from './RegistryOptions.ts';

/**
 * The address of a registry. Throws `reference-invalid` if it has no valid address: the port is too large, for example.
 */
export function originOf(registry: string, options: RegistryOptions): URL {
  const isPlain = options.plainHttp || isKnownPlain(registry, options);
  const address = `${isPlain ? 'http' : 'https'}://${addressOf(registry)}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && url.port !== '0') return url;
  throw new KitwrightError('reference-invalid', `${JSON.stringify(registry)} is not the address of a registry.`, {
    data: { registry },
    hint: 'A registry is written host[:port]; ports go from 1 to 65535.',
  });
}

/** Docker Hub's API has another host name than Docker Hub. */
function addressOf(registry: string): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}
