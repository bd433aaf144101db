import { canLocate, type Descriptor, KitwrightError, type ReadTarget } from '@kitwright/core/plugin';
import type { HttpRequest } from './HttpRequest.ts';
import type { RegistryOptions } from './RegistryOptions.ts';
import { isRegistryTarget } from './RegistryTarget.ts';
import type { Repository } from './Repository.ts';
import { locationOf } from './upload/openUpload.ts';

export interface MountAnswer {
  readonly isMounted: boolean;
  /** The account may not read the other repository, so no blob can be mounted from there. */
  readonly isRefused?: boolean;
  /** The upload that the registry opened instead, which can be used for the blob. */
  readonly upload?: URL;
}

/**
 * Mounts a blob from another repository (distribution-spec 1.1, "Mounting a blob from another repository"). A refusal
 * is not a failure: the blob is uploaded then.
 */
export async function mountBlob(
  { client, scopes, at }: Repository,
  { digest }: Descriptor,
  from: string,
): Promise<MountAnswer> {
  const url = at('blobs/uploads/');
  url.searchParams.set('mount', digest);
  url.searchParams.set('from', from);
  const request: HttpRequest = { method: 'POST', url, headers: { 'content-length': '0' } };
  const answer = await client.send(request, scopes(`repository:${from}:pull`)).catch(ifUnauthorized);
  await answer?.discard();
  if (!answer || answer.status === 401 || answer.status === 403) return { isMounted: false, isRefused: true };
  if (answer.status === 201) return { isMounted: true };
  const location = answer.header('location');
  return answer.status === 202 && location && URL.canParse(location, client.origin.href)
    ? { isMounted: false, upload: locationOf(request, answer) }
    : { isMounted: false };
}

/** Some token services give no token at all if one repository may not be read. */
function ifUnauthorized(error: unknown): undefined {
  if (!(error instanceof KitwrightError) || error.code !== 'unauthorized') throw error;
}

/**
 * Repositories of the same registry that may have a blob. Those of the user count only for what the source has on this
 * machine: whoever wrote a kit that lies elsewhere may name a private blob by its digest, without having it.
 */
export function mountSources(
  { registry, path }: Repository,
  descriptor: Descriptor,
  source: ReadTarget,
  { knownRepositories }: RegistryOptions,
): readonly string[] {
  const same = isRegistryTarget(source) && source.host === registry ? [source.repository] : [];
  const isHere = canLocate(source) && source.locate(descriptor) !== undefined;
  const known = isHere ? (knownRepositories?.(registry, descriptor.digest) ?? []) : [];
  return [...same, ...known].filter((candidate) => candidate !== path);
}
