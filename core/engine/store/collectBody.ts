import { refuseSlow } from './refuseSlow.ts';

/**
 * The whole body of a small answer; whoever sends it decides how large it is, so `tooLarge` gives what is thrown above
 * `limit` bytes. Rejects with the failure of the connection too, and with `network-failed` if it comes too slowly;
 * `patience` is in ms.
 */
export async function collectBody(
  { body }: Pick<Response, 'body'>,
  limit: number,
  tooLarge: () => Error,
  patience?: number,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const look = refuseSlow(patience);
  let size = 0;
  for await (const bytes of body ?? []) {
    size += bytes.byteLength;
    if (size > limit) throw tooLarge();
    look(size);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}
