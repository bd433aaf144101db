import { type HostCredential, KitwrightError, type OpenContext } from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import { isPrivate } from './isPrivate.ts';

/** A folder at a server. Paths are relative to it. */
export interface Dav {
  readonly folder: URL;
  /** Sends a request. An answer with another status than these is thrown as an error. */
  readonly send: (
    method: string,
    path: string | URL,
    wanted: readonly number[],
    init?: RequestInit,
  ) => Promise<Response>;
  /** The same where the answer has no content; gives its status. */
  readonly ask: (method: string, path: string | URL, wanted: readonly number[], init?: RequestInit) => Promise<number>;
}

export function createDav(folder: URL, context: OpenContext): Dav {
  let login: Promise<string | undefined> | undefined;
  const send: Dav['send'] = async (method, path, wanted, init = {}) => {
    login ??= authorization(folder, context);
    const given = await login;
    const headers = new Headers(init.headers);
    headers.set('user-agent', context.userAgent);
    if (given !== undefined) headers.set('authorization', given);
    const response = await context.fetch(new URL(path, folder), { ...init, method, headers });
    if (wanted.includes(response.status)) return response;
    await response.body?.cancel();
    throw answerError(response, method, folder);
  };
  return {
    folder,
    send,
    ask: async (...request) => {
      const { status, body } = await send(...request);
      await body?.cancel();
      return status;
    },
  };
}

/** A login goes over TLS only, or stays on this machine. */
async function authorization(folder: URL, { credentials }: OpenContext): Promise<string | undefined> {
  if (!isPrivate(folder)) return undefined;
  const found = await credentials(folder.host);
  return found && headerOf(found);
}

/** RFC 7617, 2.1; RFC 6750, 2.1. */
function headerOf(found: HostCredential): string {
  if ('token' in found) return `Bearer ${found.token}`;
  if (found.username.includes(':'))
    throw new KitwrightError('unauthorized', 'A user name with a colon cannot be sent to a WebDAV server.');
  return `Basic ${Buffer.from(`${found.username}:${found.password}`).toString('base64')}`;
}
