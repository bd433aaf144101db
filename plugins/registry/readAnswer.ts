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
 * Passes the wanted bytes of one answer to `take`, or fewer if it ends early. Errors of `take` are thrown unchanged,
 * errors of the network as a `TransientError`.
 */
export async function readAnswer({ request, answer, skip }: Answered, wanted: number, take: TakeBlock): Promise<void> {
  const { cut, isDone } = cutter(skip, wanted);
  const enough = new Error('The answer is longer than requested.');
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

/** Selects the wanted bytes from the blocks of an answer. */
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

/** The same receiver, which also passes its errors to `onError`, synchronous or not. */
export function guard(take: TakeBlock, onError: (error: unknown) => void): TakeBlock {
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

/** A KitwrightError explains itself already. */
function wasCut(request: HttpRequest, error: unknown): Error {
  if (error instanceof KitwrightError) return error;
  return new TransientError(`The connection to ${request.url.host} was cut`, { cause: networkError(request, error) });
}
