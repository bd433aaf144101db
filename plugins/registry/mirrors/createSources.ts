import { isTransientStatus, KitwrightError, messageOf, TransientError } from '@kitwright/core/plugin';
import type { LazyAgent } from '../connection/lazyAgent.ts';
import { defaultMirrorDialTimeout, type RegistryOptions } from '../RegistryOptions.ts';
import { type Access, type Address, createRepository, type Repository } from '../Repository.ts';
import type { MirrorCapability } from './Mirror.ts';
import { mirrorAddress } from './mirrorAddress.ts';

/** A host that answers for a repository. */
export interface Source {
  readonly repository: Repository;
  /** It failed before, and is left out. */
  readonly isOut: () => boolean;
  /** Takes note of a failure; throws one after which no other host may be asked. */
  readonly failed: (error: unknown) => void;
}

/** The hosts of a repository in the order in which they are asked. The last one is the registry itself. */
export interface Sources {
  /** For blobs, and manifests by their digest. */
  readonly pull: readonly Source[];
  /** For tags. */
  readonly resolve: readonly Source[];
  /** For lists of tags and referrers. */
  readonly lists: readonly Source[];
  /** Where changes are made. */
  readonly write: Repository;
}

/** Throws `reference-invalid` for a registry without a valid address, `usage` for a mirror without one. */
export function createSources(
  reference: Parameters<typeof createRepository>[0],
  access: Access,
  agent: LazyAgent,
  options: RegistryOptions,
): Sources {
  const origin = createRepository(reference, access, agent, options);
  if (access !== 'pull') {
    // No other host takes the push: this one is waited for as the registry is.
    const patient = agent.withoutCertificate();
    const mirrors = mirrorsOf(origin, options, (at) => createRepository(reference, access, patient, options, at));
    const write = mirrors('push')[0] ?? origin;
    const only = [originSource(write)];
    return { pull: only, resolve: only, lists: only, write };
  }
  const hurried = agent.withoutCertificate(options.mirrorDialTimeout ?? defaultMirrorDialTimeout);
  const mirrors = mirrorsOf(origin, options, (at) =>
    createMirror(createRepository(reference, access, hurried, options, at), options),
  );
  const last = originSource(origin);
  const resolving = mirrors('resolve');
  const lists = resolving.length ? [impatient(origin, options), ...resolving, last] : [last];
  return { pull: [...mirrors('pull'), last], resolve: [...resolving, last], lists, write: origin };
}

/** What `make` makes of the addresses of the mirrors that may be asked for something. */
function mirrorsOf<T>(
  { name, registry }: Repository,
  options: RegistryOptions,
  make: (address: Address) => T,
): (capability: MirrorCapability) => readonly T[] {
  const known = (options.mirrors?.(name) ?? []).flatMap(({ hosts, capabilities }) =>
    hosts.map((host) => ({ made: make(mirrorAddress(host, registry)), capabilities })),
  );
  return (capability) => known.flatMap(({ made, capabilities }) => (capabilities.includes(capability) ? [made] : []));
}

function originSource(repository: Repository): Source {
  return {
    repository,
    isOut: () => false,
    failed: (error) => {
      throw error;
    },
  };
}

/** A host that is asked once; `mayFail` says after which failures the next one is asked. */
function createMirror(
  repository: Repository,
  { signal, warn }: RegistryOptions,
  mayFail: (error: unknown) => boolean = isFailureOfHost,
): Source {
  const { client } = repository;
  let [isOut, isTold] = [false, false];
  return {
    repository: { ...repository, client: { ...client, send: client.sendOnce } },
    isOut: () => isOut,
    failed: (error) => {
      signal.throwIfAborted();
      if (!mayFail(error)) throw error;
      isOut ||= isNetworkFailure(error) || codeOf(error) === 'unauthorized';
      if (isTold || codeOf(error) === 'kit-not-found') return;
      isTold = true;
      const why = messageOf(error).replace(/\.$/, '');
      warn?.(`${client.origin.host} is of no help with ${repository.name}; the next host is asked. (${why}.)`);
    },
  };
}

/** The registry itself, where mirrors can stand in: a failed connection is not tried again, but one that is busy is waited for. */
function impatient(origin: Repository, options: RegistryOptions): Source {
  const source = createMirror(origin, options, isNetworkFailure);
  const { client } = origin;
  const send: typeof client.send = async (request, scopes) => {
    const answer = await client.sendOnce(request, scopes);
    if (!isTransientStatus(answer.status)) return answer;
    await answer.discard();
    return client.send(request, scopes);
  };
  return { ...source, repository: { ...origin, client: { ...client, send } } };
}

/** A setting that cannot be used, or a layer read in ranges that none gives, is no reason to ask another host. */
function isFailureOfHost(error: unknown): boolean {
  if (error instanceof TransientError) return true;
  const isOurs = error instanceof KitwrightError && error.data['rangesIgnored'] !== true;
  return isOurs && error.code !== 'usage' && error.code !== 'cancelled';
}

function isNetworkFailure(error: unknown): boolean {
  return error instanceof TransientError || codeOf(error) === 'network-failed';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof KitwrightError ? error.code : undefined;
}
