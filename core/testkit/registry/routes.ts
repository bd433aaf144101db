import { type Answer, refusal } from './answer.ts';
import { blob } from './blobs.ts';
import { listTags, manifest, referrers } from './manifests.ts';
import type { RouteContext } from './RouteContext.ts';
import { startUpload, upload } from './uploads.ts';

/** Answers a request to a repository as distribution-spec 1.1 says. */
export async function route(context: RouteContext): Promise<Answer> {
  const { rest, request } = context;
  if (rest === 'tags/list') return listTags(context);
  if (rest === 'blobs/uploads/' && request.method === 'POST') return startUpload(context);
  const [id, digest] = [after(rest, 'blobs/uploads/'), after(rest, 'blobs/')];
  if (id !== undefined) return upload(context, id);
  if (digest !== undefined) return blob(context, digest);
  const [reference, subject] = [after(rest, 'manifests/'), after(rest, 'referrers/')];
  if (reference !== undefined) return manifest(context, reference);
  if (subject !== undefined && !context.family?.noReferrers) return referrers(context, subject);
  return refusal(404, 'NAME_UNKNOWN');
}

function after(rest: string, prefix: string): string | undefined {
  return rest.startsWith(prefix) ? rest.slice(prefix.length) : undefined;
}
