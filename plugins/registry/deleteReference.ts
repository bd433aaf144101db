import { isDigest, KitwrightError } from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import type { HttpRequest } from './HttpRequest.ts';
import type { Repository } from './Repository.ts';

/**
 * Removes a tag, or a manifest with all its tags (distribution-spec 1.1, "Deleting tags", "Deleting manifests"). Throws
 * `kit-not-found`, `unauthorized`, `remote-refused`.
 */
export async function deleteReference({ client, scopes, at, name }: Repository, reference: string): Promise<void> {
  const request: HttpRequest = { method: 'DELETE', url: at(`manifests/${reference}`) };
  const answer = await client.send(request, scopes());
  if (answer.status === 202 || answer.status === 200 || answer.status === 204) return answer.discard();
  if (answer.status === 404) throw new KitwrightError('kit-not-found', `${name} has no ${reference}.`);
  const { what, hint } = isDigest(reference)
    ? {
        what: `delete ${reference}`,
        hint: 'The registry must allow deletion (distribution: REGISTRY_STORAGE_DELETE_ENABLED).',
      }
    : {
        what: `remove the tag ${reference}`,
        hint: 'Many registries do not remove single tags: remove the kit by its digest.',
      };
  const error = await answerError(request, answer, what);
  throw new KitwrightError(error.code, error.message, { data: error.data, hint: error.hint ?? hint });
}
