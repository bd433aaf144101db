import type { IncomingMessage } from 'node:http';
import { type Answer, refusal, send } from './answer.ts';
import { blob } from './blobs.ts';
import type { RegistryContent } from './content.ts';
import type { LoggedRequest } from './LoggedRequest.ts';
import type { Handler } from './listen.ts';

/** The other host, to which some families redirect downloads. */
export function serveStorage(content: RegistryContent, requests: LoggedRequest[]): Handler {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://storage');
    requests.push({ method: `storage ${request.method}`, path: url.pathname, headers: request.headers, bodyBytes: 0 });
    send(request, response, fromStorage(content, request, url));
  };
}

/** S3 answers 400 to a signed URL if the request has credentials too. */
function fromStorage(content: RegistryContent, request: IncomingMessage, url: URL): Answer {
  if (request.headers.authorization !== undefined) return refusal(400, 'InvalidArgument', 'only one auth mechanism');
  const [, repository = '', digest = ''] = /^\/v2\/(.+?)\/blobs\/(.+)$/.exec(url.pathname) ?? [];
  return blob({ content, request, repository, ignoreRange: false, storage: undefined }, digest);
}
