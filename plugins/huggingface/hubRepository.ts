import { KitwrightError } from '@kitwright/core/plugin';

/** A repository of the hub. */
export interface HubRepository {
  readonly type: 'model' | 'dataset';
  /** `owner/name`. */
  readonly name: string;
  /** That of the page, if its address has one (`/tree/v1`). */
  readonly revision?: string;
}

const part = /^[\w][\w.-]{0,95}$/;

/** First parts of paths that are not repositories. */
const reserved: ReadonlySet<string> = new Set(['api', 'blog', 'collections', 'datasets', 'docs', 'papers', 'spaces']);

/** Pages of one revision. */
const ofRevision: ReadonlySet<string> = new Set(['tree', 'blob', 'resolve', 'raw', 'commit', 'commits']);

/** `owner/name`, `datasets/owner/name`, or a page of the hub. Undefined for anything else. */
export function hubRepository(location: string, hub: URL): HubRepository | undefined {
  const parts = pathOf(location, hub)?.split('/').filter(Boolean) ?? [];
  const isDataset = parts[0] === 'datasets';
  const [owner = '', name = '', page = '', named] = isDataset ? parts.slice(1) : parts;
  if (!part.test(owner) || !part.test(name) || reserved.has(owner)) return undefined;
  const revision = ofRevision.has(page) && named !== undefined ? decoded(named) : undefined;
  return {
    type: isDataset ? 'dataset' : 'model',
    name: `${owner}/${name}`,
    ...(revision === undefined ? {} : { revision }),
  };
}

/** The hub escapes the slashes of a branch (`refs%2Fpr%2F1`). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The path of a location, with or without scheme and host; undefined if it is at another host. */
function pathOf(location: string, hub: URL): string | undefined {
  if (/^https?:\/\//.test(location)) {
    const url = URL.canParse(location) ? new URL(location) : undefined;
    return url && isHost(url.host, hub) ? belowHub(url.host, url.pathname, hub) : undefined;
  }
  if (/^[\w+.-]*:/.test(location) || location.includes('@')) return undefined;
  const [first = '', ...others] = location.split('/');
  return isHost(first, hub) ? belowHub(first, `/${others.join('/')}`, hub) : location;
}

/** A mirror may be below a path of its host (`/api/huggingfaceml/remote`); other paths are not part of it. */
function belowHub(host: string, path: string, hub: URL): string | undefined {
  const prefix = host === hub.host ? hub.pathname.replace(/(?<!\/)\/*$/, '/') : '/';
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

const publicHost = 'huggingface.co';

function isHost(host: string, hub: URL): boolean {
  return host === publicHost || host.endsWith(`.${publicHost}`) || host === hub.host;
}

/** Throws `usage`. */
export function requireHubRepository(location: string, hub: URL): HubRepository {
  const found = hubRepository(location, hub);
  if (found) return found;
  throw new KitwrightError('usage', `${JSON.stringify(location)} is not a repository of the hub.`, {
    hint: 'For example owner/name, datasets/owner/name, or the address of its page.',
  });
}
