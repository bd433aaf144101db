import { type Answer, refusal } from './answer.ts';
import { blob } from './blobs.ts';
import { listTags, manifest, referrers } from './manifests.ts';
import type { Route } from './Route.ts';
import { startUpload, upload } from './uploads.ts';

/** Answers a request to a repository as distribution-spec 1.1 says. */
export async function answerRoute(route: Route): Promise<Answer> {
  const { rest, request } = route;
  if (rest === 'tags/list') return listTags(route);
  if (rest === 'blobs/uploads/' && request.method === 'POST') return startUpload(route);
  const [id, digest] = [after(rest, 'blobs/uploads/'), after(rest, 'blobs/')];
  if (id !== undefined) return upload(route, id);
  if (digest !== undefined) return blob(route, digest);
  const [reference, subject] = [after(rest, 'manifests/'), after(rest, 'referrers/')];
  if (reference !== undefined) return manifest(route, reference);
  if (subject !== undefined)
    return route.family?.noReferrers ? { status: 404, body: Buffer.from('page not found') } : referrers(route, subject);
  return refusal(404, 'NAME_UNKNOWN');
}

function after(rest: string, prefix: string): string | undefined {
  return rest.startsWith(prefix) ? rest.slice(prefix.length) : undefined;
}
