import {
  collectBody,
  KitwrightError,
  type OciIndex,
  ociIndexText,
  parseOciIndex,
  type RetryOptions,
  retrying,
  TransientError,
} from '@kitwright/core/plugin';
import type { Dav } from './createDav.ts';

/** The list of kits in a folder: `index.json`. */
export interface SharedIndex {
  readonly read: () => Promise<OciIndex>;
  /** Changes it; what somebody else changes meanwhile is kept. */
  readonly change: (changed: (index: OciIndex) => OciIndex) => Promise<void>;
}

const path = 'index.json';

/** In bytes: a hundred thousand kits have fewer. */
const maxSize = 64 * 1024 * 1024;

/** So many changes by others are waited for, each of which got through; a server may give a new ETag for ever. */
const maxOthers = 64;

export function createIndex(dav: Dav, retries: RetryOptions): SharedIndex {
  const read = async () => {
    const response = await dav.send('GET', path, [200, 404, 410], { headers: { 'cache-control': 'no-cache' } });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { index: [], condition: { 'if-none-match': '*' } };
    }
    const index = parseOciIndex(await bytesOf(response, dav), new URL(path, dav.folder).href);
    return { index, condition: { 'if-match': response.headers.get('etag') ?? '' } };
  };
  const changeOnce = async (changed: (index: OciIndex) => OciIndex, states: Set<string>) => {
    const { index, condition } = await read();
    // The same list may have a weak ETag first, then a strong one.
    states.add(condition['if-match']?.replace(/^W\//, '') ?? '');
    const after = changed(index);
    if (after === index) return;
    requireStrong(condition['if-match'], dav);
    const headers = { ...condition, 'content-type': 'application/json' };
    const status = await dav.ask('PUT', path, [200, 201, 204, 412], { body: ociIndexText(after), headers });
    if (status === 412) throw new TransientError(`Somebody else changes ${new URL(path, dav.folder).href}`);
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    read: async () => (await read()).index,
    change: (changed) => {
      const states = new Set<string>();
      // Who finds another list than before was overtaken, and has not failed: the tries begin anew.
      const progress = () => Math.min(states.size, maxOthers);
      // One after the other: Apache compares the ETag and writes in two steps, between which another may write.
      const done = last.then(() => retrying(() => changeOnce(changed, states), { ...retries, progress }));
      last = done.catch(() => undefined);
      return done;
    },
  };
}

/** Only a strong ETag can be a condition (RFC 9110, 13.1.1). Apache's is weak for a second after a change. */
function requireStrong(etag: string | undefined, { folder }: Dav): void {
  if (etag === '')
    throw new KitwrightError(
      'remote-refused',
      `${folder.host} gives no ETag for ${path}: tags of two writers would be lost.`,
    );
  if (etag?.startsWith('W/'))
    throw new TransientError(`${folder.host} cannot tell yet whether ${path} changes`, {
      // Others wait for the same moment.
      retryAfter: 1000 + Math.round(Math.random() * 250),
    });
}

function bytesOf(response: Response, { folder }: Dav): Promise<Buffer> {
  const tooLarge = () => new KitwrightError('remote-refused', `${path} at ${folder.host} is too large.`);
  return collectBody(response, maxSize, tooLarge);
}
