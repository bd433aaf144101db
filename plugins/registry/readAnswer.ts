import { KitwrightError, type TakeBlock, TransientError } from '@kitwright/core/plugin';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { networkError } from './networkError.ts';

/** An answer that begins `skip` bytes before the wanted ones. */
export interface Answered {
  readonly request: HttpRequest;
  readonly answer: HttpAnswer;
  readonly skip: number;
}

/**
 * Gives the wanted bytes of one answer, or fewer if it ends early. What `take` throws is thrown as it is, what the
 * network does as a `TransientError`.
 */
export async function readAnswer({ request, answer, skip }: Answered, wanted: number, take: TakeBlock): Promise<void> {
  const { cut, isDone } = cutter(skip, wanted);
  const enough = new Error('The answer is longer than what was asked for.');
  let refused: { readonly error: unknown } | undefined;
  const guarded = guard(take, (error) => {
    refused ??= { error };
  });
  try {
    await answer.read((bytes) => {
      if (isDone()) throw enough;
      const kept = cut(bytes);
      return kept.byteLength ? guarded(kept) : undefined;
    });
  } catch (error) {
    if (refused) throw refused.error;
    if (error !== enough) throw wasCut(request, error);
  }
}

/** Cuts what is wanted out of the blocks of an answer. */
function cutter(skip: number, wanted: number) {
  let [toSkip, left] = [skip, wanted];
  return {
    cut: (bytes: Uint8Array): Uint8Array => {
      const part = bytes.subarray(Math.min(toSkip, bytes.byteLength));
      toSkip -= bytes.byteLength - part.byteLength;
      const kept = part.subarray(0, left);
      left -= kept.byteLength;
      return kept;
    },
    isDone: () => left === 0,
  };
}

/** The same receiver; `onError` hears of what it throws, at once or later. */
function guard(take: TakeBlock, onError: (error: unknown) => void): TakeBlock {
  const note = (error: unknown): never => {
    onError(error);
    throw error;
  };
  return (bytes) => {
    try {
      return take(bytes)?.catch(note);
    } catch (error) {
      return note(error);
    }
  };
}

/** Errors of ours say already what happened. */
function wasCut(request: HttpRequest, error: unknown): Error {
  if (error instanceof KitwrightError) return error;
  return new TransientError(`The connection to ${request.url.host} was cut`, { cause: networkError(request, error) });
}
