import type { Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** What a stream makes of these bytes, given in chunks of so many. */
export async function throughTransform(stream: Transform, bytes: Buffer, chunk = bytes.byteLength): Promise<Buffer> {
  const all = buffer(stream);
  for (let at = 0; at < bytes.byteLength; at += chunk)
    if (!stream.write(bytes.subarray(at, at + chunk))) await new Promise((resolve) => stream.once('drain', resolve));
  stream.end();
  return await all;
}
