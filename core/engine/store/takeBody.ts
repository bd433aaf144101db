import type { TakeBlock } from './roles.ts';

/** Larger blocks halve the cost of writing to the page cache. */
const bufferBytes = 512 * 1024;

/**
 * Gives the body of an answer to `take`, block after block, in one buffer that is used again (Streams standard, "bring
 * your own buffer"): fresh memory for each block is half of the time of a long download. Rejects with what `take`
 * throws, and with the failure of the connection; then nothing more is read.
 */
export async function takeBody({ body }: Pick<Response, 'body'>, take: TakeBlock): Promise<void> {
  if (!body) return;
  const reader = bufferReader(body);
  if (!reader) {
    for await (const bytes of body) await take(bytes);
    return;
  }
  let view = new Uint8Array(bufferBytes);
  try {
    for (;;) {
      const { done, value } = await reader.read(view);
      if (done) return;
      const taken = take(value);
      if (taken) await taken;
      view = new Uint8Array(value.buffer);
    }
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  }
}

/** Undefined for a stream of something else, of a test or of a `Response` that was made by hand. */
function bufferReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}
