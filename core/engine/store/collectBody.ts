/**
 * The whole body of a small answer; whoever sends it decides how large it is, so `tooLarge` gives what is thrown above
 * `limit` bytes. Rejects with the failure of the connection too.
 */
export async function collectBody(
  { body }: Pick<Response, 'body'>,
  limit: number,
  tooLarge: () => Error,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of body ?? []) {
    size += bytes.byteLength;
    if (size > limit) throw tooLarge();
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}
