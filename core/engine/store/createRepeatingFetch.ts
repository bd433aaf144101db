import { messageOf } from '../errors/errorData.ts';
import { type FollowingOptions, following, isRepeatable, requestOf, type Sent } from './createFollowingFetch.ts';
import { connectionError, type RetryOptions, retrying, TransientError } from './retrying.ts';
import { isTransientStatus, networkFailure, retryAfterOf } from './retryPolicy.ts';

/**
 * The `fetch` of all plugins, by one that only sends: retries, and redirects that take no credentials to another host
 * (RFC 9110, 15.4). `referrer` names the server that named the address; it is not sent. An answer that may be another one later is tried again and given in the end. Throws
 * `network-failed`, `remote-refused` for a redirect that is not followed, `remote-malformed` (see `unencodedFetch`).
 */
export function createRepeatingFetch(client: typeof fetch, options: RepeatingOptions): typeof fetch {
  const follow = following(client, options);
  return async (input, init) => {
    const request = requestOf(input, init);
    const signal = request.signal ?? options.signal;
    if (!isRepeatable(request)) return follow(request);
    return retrying((isLast) => attempt(() => follow(request), request, isLast), { wait: options.wait, signal });
  };
}

type RepeatingOptions = Pick<RetryOptions, 'signal' | 'wait'> & FollowingOptions;

async function attempt(send: () => Promise<Response>, { url, signal }: Sent, isLast: boolean): Promise<Response> {
  const response = await send().catch((error: unknown) => {
    signal?.throwIfAborted();
    const cut = networkFailure(error);
    throw cut ? connectionError(`${url.host} cannot be reached: ${messageOf(cut)}`, cut) : error;
  });
  if (isLast || !isTransientStatus(response.status)) return response;
  await response.body?.cancel();
  throw new TransientError(`${url.host} answered ${response.status}`, {
    retryAfter: retryAfterOf(response.headers.get('retry-after'), Date.now()),
  });
}
