import { KitwrightError } from '@kitwright/core/plugin';
import type { Address } from '../Repository.ts';

/**
 * The address of a host that answers for a registry. A path below which the API is gets `/v2` at its end; one that has
 * `v2` in it is that of the API already, as `override_path` says in `hosts.toml`. Throws `usage`.
 */
export function mirrorAddress(text: string, registry: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !isUsable(url))
    throw new KitwrightError('usage', `${JSON.stringify(withoutSecrets(url, text))} is no address of a mirror.`, {
      hint: 'It is written http[s]://host[:port][/path], without a name and password: log in to the mirror instead.',
    });
  const path = url.pathname.replace(/(?<!\/)\/+$/, '');
  const root = path.split('/').includes('v2') ? path : `${path}/v2`;
  return {
    origin: new URL(url.origin),
    host: url.host,
    root,
    namespace: isSame(url.host, registry) ? undefined : registry,
  };
}

function isUsable({ protocol, username, password, search, hash, port }: URL): boolean {
  return /^https?:$/.test(protocol) && port !== '0' && ![username, password, search, hash].some(Boolean);
}

function withoutSecrets(url: URL | undefined, text: string): string {
  return url?.host ? `${url.protocol}//${url.host}${url.pathname}` : text.replace(/^.*@/, '');
}

/** The registry itself in the list of its mirrors is no mirror. */
function isSame(host: string, registry: string): boolean {
  return host === registry || (registry === 'docker.io' && host === 'registry-1.docker.io');
}
