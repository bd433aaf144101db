import { KitwrightError } from '../errors/KitwrightError.ts';

/** So long a body may take, in ms, and so much longer for each of this many bytes: 16 KB a second are slow. */
const [usualPatience, bytesPerMs] = [120_000, 16];

/**
 * The whole body of a small answer; whoever sends it decides how large it is, so `tooLarge` gives what is thrown above
 * `limit` bytes, and how long it takes: who sends a byte now and then keeps nobody (`network-failed`). Rejects with the
 * failure of the connection too.
 */
export async function collectBody(
  { body }: Pick<Response, 'body'>,
  limit: number,
  tooLarge: () => Error,
  patience: number = usualPatience,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const begun = performance.now();
  let size = 0;
  for await (const bytes of body ?? []) {
    size += bytes.byteLength;
    if (size > limit) throw tooLarge();
    if (performance.now() - begun > patience + size / bytesPerMs) throw tooSlow(size);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

function tooSlow(size: number): KitwrightError {
  return new KitwrightError('network-failed', `An answer comes too slowly to wait for its end: ${size} bytes so far.`);
}
