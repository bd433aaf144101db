import { KitwrightError } from '@kitwright/core/plugin';

/** A repository of the hub. */
export interface HubRepository {
  readonly type: 'model' | 'dataset';
  /** `owner/name`. */
  readonly name: string;
}

const part = /^[\w][\w.-]{0,95}$/;

/** `owner/name`, `datasets/owner/name`, or a page of the hub. Undefined for anything else. */
export function hubRepository(location: string, hub: URL): HubRepository | undefined {
  const parts = pathOf(location, hub)?.split('/').filter(Boolean) ?? [];
  const isDataset = parts[0] === 'datasets';
  const [owner = '', name = ''] = isDataset ? parts.slice(1) : parts;
  if (!part.test(owner) || !part.test(name)) return undefined;
  return { type: isDataset ? 'dataset' : 'model', name: `${owner}/${name}` };
}

/** The path of a location, with or without scheme and host; undefined if it is at another host. */
function pathOf(location: string, hub: URL): string | undefined {
  if (/^https?:\/\//.test(location)) {
    const url = URL.canParse(location) ? new URL(location) : undefined;
    return url && isHost(url.host, hub) ? url.pathname : undefined;
  }
  if (/^[\w+.-]*:/.test(location) || location.includes('@')) return undefined;
  const [first = '', ...others] = location.split('/');
  return isHost(first, hub) ? others.join('/') : location;
}

const publicHost = 'huggingface.co';

function isHost(host: string, hub: URL): boolean {
  return host === publicHost || host.endsWith(`.${publicHost}`) || host === hub.host;
}

/** Throws `usage`. */
export function requireHubRepository(location: string, hub: URL): HubRepository {
  const found = hubRepository(location, hub);
  if (found) return found;
  throw new KitwrightError('usage', `${JSON.stringify(location)} is no repository of the hub.`, {
    hint: 'For example owner/name, datasets/owner/name, or the address of its page.',
  });
}
