import { TransientError } from '@kitwright/core/plugin';
import type { Dav } from './createDav.ts';

/** Does something while no other process does, if the server has locks (RFC 4918, class 2); it is told whether it has. */
export type WhileLocked = <T>(work: (isLocked: boolean) => Promise<T>) => Promise<T>;

/** The list itself may not be there yet, and a lock would make it as an empty file (RFC 4918, 7.3). */
const path = 'oci-layout';

/** In seconds. If this process is killed, others wait so long. */
const timeout = 6;

const body = `<?xml version="1.0" encoding="utf-8"?>
<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype><owner>kitwright</owner></lockinfo>`;

export function createLock(dav: Dav): WhileLocked {
  let asked: Promise<boolean> | undefined;
  return async (work) => {
    asked ??= hasLocks(dav).catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    if (!(await asked)) return work(false);
    const token = await lock(dav);
    try {
      return await work(true);
    } finally {
      // One that is not taken back ends by itself.
      await dav.ask('UNLOCK', path, [200, 204], { headers: { 'lock-token': token } }).catch(() => undefined);
    }
  };
}

/** RFC 4918, 10.1 and 18. */
async function hasLocks(dav: Dav): Promise<boolean> {
  const { headers, body: content } = await dav.send('OPTIONS', path, [200, 204, 404, 405, 501]);
  await content?.cancel();
  return (headers.get('dav') ?? '').split(',').some((word) => word.trim() === '2');
}

/** RFC 4918, 9.10. */
async function lock(dav: Dav): Promise<string> {
  const headers = { 'content-type': 'application/xml', depth: '0', timeout: `Second-${timeout}` };
  const response = await dav.send('LOCK', path, [200, 201, 423], { body, headers });
  await response.body?.cancel();
  const token = response.headers.get('lock-token');
  if (response.status !== 423 && token) return token;
  // Others hold it for a moment; our own may be there too, if its answer was lost.
  throw new TransientError(`Somebody else changes the kits at ${dav.folder.href}`, {
    retryAfter: 400 + Math.round(Math.random() * 200),
  });
}
