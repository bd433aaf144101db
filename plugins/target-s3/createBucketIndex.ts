import {
  KitwrightError,
  layoutMarker,
  type OciIndex,
  type OpenContext,
  ociIndexText,
  parseOciIndex,
  standardWait,
} from '@kitwright/core/plugin';
import type { Bucket } from './createBucket.ts';
import { readText } from './readText.ts';

/** `index.json` of a layout in a bucket. */
export interface BucketIndex {
  readonly read: () => Promise<OciIndex>;
  /** Changes the index as it is now: if another process was faster, its index is changed. */
  readonly update: (change: (index: OciIndex) => OciIndex) => Promise<void>;
}

/** Bytes: a hundred thousand kits have fewer. */
const maxIndex = 64 * 1024 * 1024;
/** Each time somebody else was faster, so this many others wrote meanwhile. */
const maxTries = 64;
const noETag = `"${'0'.repeat(32)}"`;

export function createBucketIndex(bucket: Bucket, { signal, logger }: OpenContext): BucketIndex {
  let isConditional: Promise<boolean> | undefined;
  const read = async () => {
    const response = await bucket.send({ method: 'GET', key: 'index.json', expected: [404] });
    const text = await readText(response, maxIndex);
    const etag = response.headers.get('etag');
    if (response.status === 404) return { index: [], etag };
    return { index: parseOciIndex(Buffer.from(text), `${bucket.name}/index.json`), etag };
  };
  const write = async (text: string, condition: Readonly<Record<string, string>>) => {
    const put = { method: 'PUT', key: 'index.json', body: text, headers: condition } as const;
    const { ok } = await discard(await bucket.send({ ...put, expected: [404, 409, 412] }));
    return ok;
  };
  const tryUpdate = async (change: (index: OciIndex) => OciIndex) => {
    const { index, etag } = await read();
    const changed = change(index);
    if (changed === index) return true;
    const text = ociIndexText(changed);
    if (await isConditional) return write(text, etag === null ? { 'if-none-match': '*' } : { 'if-match': etag });
    await write(text, {});
    return ociIndexText((await read()).index) === text;
  };
  return {
    read: async () => (await read()).index,
    update: async (change) => {
      isConditional ??= beginLayout(bucket);
      if (!(await isConditional))
        logger.warn(`${bucket.name} knows no conditional writes: of two pushes at one moment, one may lose its tag.`);
      for (let tries = 0; tries < maxTries; tries++) {
        if (await tryUpdate(change)) return;
        await standardWait(Math.random() * 100, signal, 'another process writes the index');
      }
      throw new KitwrightError('remote-refused', `${bucket.name}/index.json is written by others all the time.`);
    },
  };
}

/**
 * Writes `oci-layout` where there is none, and finds out whether the store keeps conditions (`If-Match`, RFC 9110,
 * 13.1.1): one that does refuses a write over an ETag that does not exist.
 */
async function beginLayout(bucket: Bucket): Promise<boolean> {
  const put = { method: 'PUT', key: 'oci-layout', body: layoutMarker, expected: [404, 409, 412, 501] } as const;
  const { status } = await discard(await bucket.send({ ...put, headers: { 'if-match': noETag } }));
  if (status === 501) await discard(await bucket.send(put));
  const { ok } = await bucket.send({ method: 'HEAD', key: 'oci-layout', expected: [404] });
  if (!ok) await discard(await bucket.send({ ...put, headers: { 'if-none-match': '*' } }));
  return status === 404 || status === 409 || status === 412;
}

async function discard(response: Response): Promise<Response> {
  await response.body?.cancel();
  return response;
}
