import { isTransientStatus, KitwrightError, retryAfterOf, TransientError } from '@kitwright/core/plugin';
import { isPrivate } from './isPrivate.ts';

/** What an answer says that is not what was asked for. */
export function answerError({ status, headers }: Response, method: string, folder: URL): Error {
  const { host } = folder;
  const sentence = `${host} answered ${status} to ${method}`;
  if (status === 401 || status === 403)
    return new KitwrightError('unauthorized', `${sentence}.`, {
      data: { host, status },
      hint: isPrivate(folder)
        ? `Store the login for ${host} as docker does: in ~/.docker/config.json, or with a credential helper.`
        : 'Logins are sent over https: only.',
    });
  if (status === 507) return new KitwrightError('remote-refused', `${host} has no space left.`, { data: { host } });
  if (isTransientStatus(status))
    return new TransientError(sentence, { retryAfter: retryAfterOf(headers.get('retry-after'), Date.now()) });
  return new KitwrightError('remote-refused', `${sentence}.`, { data: { host, status } });
}
