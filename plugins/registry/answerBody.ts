import type { Dispatcher } from 'undici';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { UnbufferedAnswer } from './requestUnbuffered.ts';

type AnswerBody = Pick<HttpAnswer, 'body' | 'read' | 'discard'>;

/** The most bytes of an unwanted body that are read, so that the connection can be kept. */
const maxDiscard = 64 * 1024;

/** So long an unwanted body may take, in ms: one whose bytes come now and then keeps nobody. */
const maxDiscardTime = 10_000;

/** An answer for reused memory may also be an error, which is read as a normal body. */
export function unbufferedBody({ read }: UnbufferedAnswer, patience: number = maxDiscardTime): AnswerBody {
  const collect = async (): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    let left = maxDiscard;
    const until = performance.now() + patience;
    await read((bytes) => {
      left -= bytes.byteLength;
      if (left < 0 || performance.now() > until) throw new Error('a body of this kind is not read any further');
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

export function streamedBody(
  { body }: Pick<Dispatcher.ResponseData, 'body'>,
  method: string,
  patience: number = maxDiscardTime,
): AnswerBody {
  // The Content-Length of an answer to HEAD is not the length of a body.
  const limit = method === 'HEAD' ? Number.MAX_SAFE_INTEGER : maxDiscard;
  return {
    body,
    read: async (take) => {
      for await (const bytes of body) await take(bytes as Uint8Array);
    },
    discard: async () => {
      await body.dump({ limit, signal: AbortSignal.timeout(patience) }).catch(() => undefined);
    },
  };
}
