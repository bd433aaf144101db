import type { Reference } from '@kitwright/core/plugin';
import { createAuthorizer } from './authorizer.ts';
import type { LazyAgent } from './connection/lazyAgent.ts';
import { createClient, type RegistryClient } from './createClient.ts';
import { originOf } from './originOf.ts';
import { type Quirks, quirksOf } from './quirks.ts';
import type { RegistryOptions } from './RegistryOptions.ts';
import type { Answered } from './readAnswer.ts';

/** What requests to one repository of a registry need. */
export interface Repository {
  /** `registry/path`, as errors call it. */
  readonly name: string;
  readonly registry: string;
  readonly path: string;
  readonly client: RegistryClient;
  readonly quirks: Quirks;
  /** The scopes of a request: those for which this repository was opened, and `extra`. */
  readonly scopes: (...extra: readonly string[]) => readonly string[];
  /** The URL of `blobs/...`, `manifests/...`, `tags/...`, `referrers/...`. */
  readonly at: (endpoint: string) => URL;
  /**
   * Answers with all of a blob where a long part from its beginning was asked for, by digest. They wait: whoever asked
   * reads all of it then, and a cache that is filling would fetch it once more for another request.
   */
  readonly wholes: Map<string, Answered>;
}

/** What a repository is used for. */
export type Access = 'pull' | 'push' | 'delete';

const actions: Readonly<Record<Access, string>> = { pull: 'pull', push: 'pull,push', delete: 'delete,pull,push' };

/** Where the API for a repository is. */
export interface Address {
  readonly origin: URL;
  /** Whose credentials are used. */
  readonly host: string;
  /** The path of the API, `/v2` at a registry. */
  readonly root: string;
  /** The registry for which a mirror answers (`?ns=`). */
  readonly namespace: string | undefined;
}

/** Throws `reference-invalid` for a registry without a valid address. */
export function createRepository(
  { registry, repository: path }: Pick<Reference, 'registry' | 'repository'>,
  access: Access,
  agent: LazyAgent,
  options: RegistryOptions,
  mirror?: Address,
): Repository {
  const { origin, host, root, namespace } = mirror ?? addressOf(registry, options);
  // Mirrors are the user's choice.
  const namedBy = mirror ? undefined : options.namedBy;
  const authorizer = createAuthorizer(origin, host, path, agent, options);
  return {
    name: `${registry}/${path}`,
    registry,
    path,
    client: createClient(origin, agent, authorizer, { ...options, namedBy }),
    quirks: options.quirks ?? quirksOf(origin.host),
    scopes: (...extra) => [`repository:${path}:${actions[access]}`, ...extra],
    at: (endpoint) => {
      const url = new URL(`${root}/${path}/${endpoint}`, origin);
      if (namespace !== undefined) url.searchParams.set('ns', namespace);
      return url;
    },
    wholes: new Map(),
  };
}

function addressOf(registry: string, options: RegistryOptions): Address {
  return { origin: originOf(registry, options), host: registry, root: '/v2', namespace: undefined };
}
