import { type ByteRange, type ByteStream, type Descriptor, KitwrightError } from '@kitwright/core/plugin';
import type { Dav } from './createDav.ts';

/** Where an OCI image layout has a blob (image-spec, image-layout.md). */
export function blobPath({ digest }: Descriptor): string {
  return `blobs/${digest.replace(':', '/')}`;
}

export async function hasBlob(dav: Dav, descriptor: Descriptor): Promise<boolean> {
  const { status, headers } = await dav.send('HEAD', blobPath(descriptor), [200, 404, 410]);
  return status === 200 && (headers.get('content-length') ?? String(descriptor.size)) === String(descriptor.size);
}

/** Throws `kit-not-found`, and `remote-malformed` where the server gives no ranges. */
export async function* fetchBlob(
  dav: Dav,
  descriptor: Descriptor,
  { start, end }: ByteRange = { start: 0, end: descriptor.size },
): ByteStream {
  const { host } = dav.folder;
  if (start === end) {
    if (await hasBlob(dav, descriptor)) return;
    throw notFound(dav, descriptor.digest);
  }
  // Bytes of no encoding, from where the range begins (RFC 9110, 14.2).
  const headers = { range: `bytes=${start}-${end - 1}`, 'accept-encoding': 'identity' };
  const {
    status,
    body,
    headers: answer,
  } = await dav.send('GET', blobPath(descriptor), [200, 206, 404, 410], { headers });
  if (status >= 400) {
    await body?.cancel();
    throw notFound(dav, descriptor.digest);
  }
  const isHere = status === 206 ? answer.get('content-range')?.startsWith(`bytes ${start}-`) : start === 0;
  if (!isHere) {
    await body?.cancel();
    const rangesIgnored = { data: { host, rangesIgnored: true } };
    throw new KitwrightError('remote-malformed', `${host} does not give parts of files.`, rangesIgnored);
  }
  yield* firstBytes(body ?? [], end - start);
}

async function* firstBytes(stream: AsyncIterable<Uint8Array> | readonly Uint8Array[], size: number): ByteStream {
  let left = size;
  for await (const bytes of stream) {
    yield bytes.subarray(0, left);
    left -= bytes.byteLength;
    if (left <= 0) return;
  }
}

export function notFound({ folder }: Dav, what: string): KitwrightError {
  return new KitwrightError('kit-not-found', `${what} is not in ${folder.href}.`);
}
