import { createHash, randomUUID } from 'node:crypto';
import { type ByteStream, type Content, type Descriptor, KitwrightError, streamOf } from '@kitwright/core/plugin';
import { blobPath, hasBlob } from './blobs.ts';
import type { Dav } from './createDav.ts';
import { drafts } from './prepareFolders.ts';

/** Sends a blob under a temporary name and moves it to its own, so that nobody sees a part of it. */
export async function pushBlob(dav: Dav, descriptor: Descriptor, content: Content): Promise<void> {
  const draft = `${drafts}${randomUUID()}`;
  try {
    await sendTo(draft, dav, descriptor, content);
    // RFC 4918, 9.9. It may have been sent twice, after its answer was lost: then the draft is gone.
    const destination = new URL(blobPath(descriptor), dav.folder).href;
    const moved = await dav.ask('MOVE', draft, [200, 201, 204, 404], { headers: { destination } });
    if (moved !== 404 || (await hasBlob(dav, descriptor))) return;
    throw new KitwrightError('remote-refused', `${dav.folder.host} has lost what was just sent to it.`);
  } catch (error) {
    await dav.ask('DELETE', draft, [200, 204, 404]).catch(() => undefined);
    throw error;
  }
}

async function sendTo(path: string, dav: Dav, descriptor: Descriptor, content: Content): Promise<void> {
  let failure: unknown;
  const body = ReadableStream.from(
    verified(descriptor, content, (error) => {
      failure = error;
    }),
  );
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(descriptor.size) };
  const init: RequestInit = { headers, ...(descriptor.size > 0 ? { body, duplex: 'half' } : { body: '' }) };
  await dav.ask('PUT', path, [200, 201, 204], init).catch((error: unknown) => {
    // The client only says that its body failed.
    throw failure ?? error;
  });
}

/** The last block is given only once the digest is right: a damaged blob never arrives whole. */
async function* verified(descriptor: Descriptor, content: Content, failed: (error: unknown) => void): ByteStream {
  try {
    const hash = createHash('sha256');
    let last: Uint8Array | undefined;
    for await (const bytes of streamOf(content, { start: 0, end: descriptor.size })) {
      if (last) yield last;
      hash.update(bytes);
      last = bytes;
    }
    if (`sha256:${hash.digest('hex')}` !== descriptor.digest)
      throw new KitwrightError('descriptor-mismatch', `${descriptor.digest} from the source is damaged.`);
    if (last) yield last;
  } catch (error) {
    failed(error);
    throw error;
  }
}
