import type { Content, Descriptor } from '@kitwright/core/plugin';
import { answerError } from '../answerError.ts';
import { refuseBusy } from '../createClient.ts';
import type { HttpAnswer } from '../HttpAnswer.ts';
import type { HttpRequest } from '../HttpRequest.ts';
import type { Upload } from './openUpload.ts';
import { requestBody } from './requestBody.ts';

/** Commits an upload with its digest; with `content` all bytes are sent in the same request. */
export async function commitBlob(
  { client, scopes }: Upload,
  location: URL,
  descriptor: Descriptor,
  content?: Content,
): Promise<void> {
  const request = commitRequest(location, descriptor, content);
  const answer = content
    ? await refuseBusy(await client.sendOnce(request, scopes()))
    : await client.send(request, scopes());
  if (!isCommitted(answer)) throw await answerError(request, answer, `keep ${descriptor.digest}`);
  await answer.discard();
}

export function commitRequest(location: URL, descriptor: Descriptor, content?: Content): HttpRequest {
  return {
    method: 'PUT',
    url: withDigest(location, descriptor),
    headers: { 'content-type': 'application/octet-stream', ...(content ? {} : { 'content-length': '0' }) },
    body: content && requestBody(content, { start: 0, end: descriptor.size }),
  };
}

export function isCommitted({ status }: HttpAnswer): boolean {
  return status === 201 || status === 204;
}

function withDigest(location: URL, { digest }: Descriptor): URL {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url;
}
