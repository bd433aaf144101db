import type { Reference } from '@kitwright/core/plugin';
import { createAuthorizer } from './authorizer.ts';
import type { LazyAgent } from './connection/lazyAgent.ts';
import { createClient, type RegistryClient } from './createClient.ts';
import { originOf } from './originOf.ts';
import { type Quirks, quirksOf } from './quirks.ts';
import type { RegistryOptions } from './RegistryOptions.ts';

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
}

/** What a repository is used for. */
export type Access = 'pull' | 'push' | 'delete';

const actions: Readonly<Record<Access, string>> = { pull: 'pull', push: 'pull,push', delete: 'delete,pull,push' };

/** Throws `reference-invalid` for a registry without a valid address. */
export function createRepository(
  { registry, repository: path }: Pick<Reference, 'registry' | 'repository'>,
  access: Access,
  agent: LazyAgent,
  options: RegistryOptions,
): Repository {
  const origin = originOf(registry, options);
  const authorizer = createAuthorizer(origin, registry, path, agent, options);
  return {
    name: `${registry}/${path}`,
    registry,
    path,
    client: createClient(origin, agent, authorizer, options),
    quirks: options.quirks ?? quirksOf(origin.host),
    scopes: (...extra) => [`repository:${path}:${actions[access]}`, ...extra],
    at: (endpoint) => new URL(`/v2/${path}/${endpoint}`, origin),
  };
}
