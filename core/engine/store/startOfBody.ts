import { refuseSlow } from './refuseSlow.ts';

/**
 * The first bytes of the body of an answer, at most so many; the rest is not read. Rejects with `network-failed` if they come
 * too slowly; `patience` is in ms.
 */
export async function startOfBody(
  body: AsyncIterable<Uint8Array> | null,
  most: number,
  patience?: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const look = refuseSlow(patience);
  let size = 0;
  for await (const bytes of body ?? []) {
    parts.push(bytes);
    size += bytes.byteLength;
    if (size >= most) break;
    look(size);
  }
  return Buffer.concat(parts).subarray(0, most);
}
