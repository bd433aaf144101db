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
import { createLock } from './createLock.ts';

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

/** `prepare` makes the folder, before the first change. */
export function createIndex(dav: Dav, prepare: () => Promise<void>, retries: RetryOptions): SharedIndex {
  const whileLocked = createLock(dav);
  const read = async (): Promise<{ readonly index: OciIndex; readonly condition: Condition }> => {
    const response = await dav.send('GET', path, [200, 404, 410], { headers: { 'cache-control': 'no-cache' } });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { index: [], condition: { 'if-none-match': '*' } };
    }
    const index = parseOciIndex(await bytesOf(response, dav), new URL(path, dav.folder).href);
    return { index, condition: { 'if-match': response.headers.get('etag') ?? '' } };
  };
  const write = async (after: OciIndex, condition: Condition, isLocked: boolean) => {
    if (!isLocked) requireStrong(condition['if-match'], dav);
    // Somebody else may not look for the lock.
    const headers = { ...(isStrong(condition) ? condition : {}), 'content-type': 'application/json' };
    const status = await dav.ask('PUT', path, [200, 201, 204, 412], { body: ociIndexText(after), headers });
    if (status === 412) throw new TransientError(`Somebody else changes ${new URL(path, dav.folder).href}`);
  };
  const changeOnce = async (changed: (index: OciIndex) => OciIndex, states: Set<string>) => {
    const first = await read();
    // The same list may have a weak ETag first, then a strong one.
    states.add(first.condition['if-match']?.replace(/^W\//, '') ?? '');
    if (changed(first.index) === first.index) return;
    await prepare();
    await whileLocked(async (isLocked) => {
      const { index, condition } = isLocked ? await read() : first;
      const after = changed(index);
      if (after !== index) await write(after, condition, isLocked);
    });
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

/** What a change says about the list that it changes. */
interface Condition {
  readonly 'if-match'?: string;
  readonly 'if-none-match'?: string;
}

function isStrong({ 'if-match': etag }: Condition): boolean {
  return etag === undefined || etag.startsWith('"');
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
