import { isTransientStatus, KitwrightError, retryAfterOf, TransientError } from '@kitwright/core/plugin';

/** What an answer says that is not what was asked for. Nothing of a query is shown: signed addresses are secret. */
export function answerError(response: Response, method: string, { host, pathname }: URL, isHub: boolean): Error {
  const { status, headers } = response;
  const sentence = `${host} answered ${status} to ${method}${isHub ? ` ${pathname}` : ''}`;
  if (isTransientStatus(status))
    return method === 'GET'
      ? new KitwrightError('network-failed', `${sentence}.`, { data: { host, status } })
      : new TransientError(sentence, { retryAfter: retryAfterOf(headers.get('retry-after'), Date.now()) });
  const isLogin = isHub && (status === 401 || status === 403);
  const hint = isHub ? hints[status] : undefined;
  return new KitwrightError(isLogin ? 'unauthorized' : 'remote-refused', `${sentence}${reasonIn(headers)}.`, {
    data: { host, status },
    ...(hint ? { hint } : {}),
  });
}

const hints: Readonly<Record<number, string>> = {
  401: 'Set HF_TOKEN to a token that may write; one that was sent has expired or was revoked.',
  403: 'The token must have the right to write to this repository, or to make repositories for this owner.',
  404: 'Check the name; the hub also answers so where the token may not read.',
  409: 'The branch was changed meanwhile. Export again: what is there already is not sent again.',
  412: 'The branch was changed meanwhile. Export again: what is there already is not sent again.',
};

/** The hub says in a header what it did not like. */
function reasonIn(headers: Headers): string {
  const reason = headers
    .get('x-error-message')
    ?.replace(/[^\x20-\x7e]/g, '?')
    .slice(0, maxReason);
  return reason ? `: ${reason.replace(/\.$/, '')}` : '';
}

/** In characters. */
const maxReason = 200;
