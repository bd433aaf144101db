import { type ByteRange, type ByteStream, type Content, lentStreamOf } from '@kitwright/core/plugin';
import type { RequestBody } from '../HttpRequest.ts';

/** A range of a blob as the body of a request. */
export function requestBody(content: Content, range: ByteRange): RequestBody {
  return { length: range.end - range.start, open: () => sendable(content, range) };
}

/** Smaller blocks (bytes) are copied. */
const queuedBytes = 128 * 1024;

/**
 * undici waits until a block of 64 KiB or more has left the socket's queue before it asks for
 * the next; a shorter one may still be there.
 */
async function* sendable(content: Content, range: ByteRange): ByteStream {
  for await (const bytes of lentStreamOf(content, range))
    yield bytes.byteLength < queuedBytes ? Buffer.from(bytes) : bytes;
}
