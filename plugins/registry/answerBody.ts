import type { Dispatcher } from 'undici';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { UnbufferedAnswer } from './requestUnbuffered.ts';

type AnswerBody = Pick<HttpAnswer, 'body' | 'read' | 'discard'>;

/** The most bytes of an unwanted body that are read, so that the connection can be kept. */
const maxDiscard = 64 * 1024;

/** An answer for reused memory may also be an error, which is read as a normal body. */
export function unbufferedBody({ read }: UnbufferedAnswer): AnswerBody {
  const collect = async (): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    let left = maxDiscard;
    await read((bytes) => {
      left -= bytes.byteLength;
      if (left < 0) throw new Error('a body of this kind is not read any further');
      parts.push(Buffer.from(bytes));
    });
    return Buffer.concat(parts);
  };
  return {
    body: (async function* () {
      yield await collect();
    })(),
    read,
    discard: async () => {
      await collect().catch(() => undefined);
    },
  };
}

export function streamedBody({ body }: Dispatcher.ResponseData, method: string): AnswerBody {
  // The Content-Length of an answer to HEAD is not the length of a body.
  const limit = method === 'HEAD' ? Number.MAX_SAFE_INTEGER : maxDiscard;
  return {
    body,
    read: async (take) => {
      for await (const bytes of body) await take(bytes as Uint8Array);
    },
    discard: async () => {
      await body.dump({ limit }).catch(() => undefined);
    },
  };
}
