import { type Descriptor, isManifestType } from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import { acceptManifests } from './createManifests.ts';
import type { HttpRequest } from './HttpRequest.ts';
import type { Repository } from './Repository.ts';

/**
 * Does the registry have a manifest or a blob, and of which size? (distribution-spec 1.1, "Checking if content
 * exists").
 */
export async function hasContent({ client, scopes, at }: Repository, descriptor: Descriptor): Promise<boolean> {
  const { mediaType, digest, size } = descriptor;
  const request: HttpRequest = {
    method: 'HEAD',
    url: at(`${isManifestType(mediaType) ? 'manifests' : 'blobs'}/${digest}`),
    headers: { accept: `${acceptManifests}, */*`, 'accept-encoding': 'identity' },
  };
  const answer = await client.send(request, scopes());
  await answer.discard();
  if (answer.status === 404) return false;
  if (answer.status !== 200) throw await answerError(request, answer, `say whether it has ${digest}`);
  const length = answer.header('content-length');
  return length === undefined || Number(length) === size;
}
