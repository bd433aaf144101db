import type { TakeBlock } from '@kitwright/core/plugin';
import type { Dispatcher } from 'undici';

/** An answer whose body waits until it is read. */
export interface UnbufferedAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Passes each block to `take`; rejects with what that throws, and then reads no further. Call it once. */
  readonly read: (take: TakeBlock) => Promise<void>;
}

/**
 * Sends a request and passes the body of its answer to a function, without a stream: no block is kept, so memory can be
 * reused.
 */
export function requestUnbuffered(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<UnbufferedAnswer> {
  const head = Promise.withResolvers<UnbufferedAnswer>();
  const body = Promise.withResolvers<void>();
  body.promise.catch(() => undefined);
  let taking = createTaking(() => undefined);
  let stop: () => void = () => undefined;
  dispatcher.dispatch(request, {
    onRequestStart: (controller) => {
      stop = () => controller.abort(signal.reason as Error);
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
    },
    onResponseStart: (controller, statusCode, headers) => {
      if (statusCode < 200) return;
      controller.pause();
      const read: UnbufferedAnswer['read'] = (take) => {
        taking = createTaking(take);
        controller.resume();
        return body.promise;
      };
      head.resolve({ statusCode, headers, read });
    },
    onResponseData: (controller, bytes) => taking.give(controller, bytes),
    onResponseEnd: () => {
      signal.removeEventListener('abort', stop);
      body.resolve(taking.done());
    },
    onResponseError: (_, error) => {
      signal.removeEventListener('abort', stop);
      head.reject(error);
      taking.settled().then(() => body.reject(error));
    },
  });
  return head.promise;
}

/**
 * Passes blocks to a receiver. While it holds one, the connection is paused, because the memory is reused afterwards.
 */
function createTaking(take: TakeBlock) {
  let held: Promise<void> | undefined;
  const hold = (controller: Dispatcher.DispatchController, promise: Promise<void>) => {
    controller.pause();
    const done = promise.then(
      () => {
        if (held !== done) return;
        held = undefined;
        controller.resume();
      },
      (error: Error) => {
        controller.abort(error);
        throw error;
      },
    );
    done.catch(() => undefined);
    held = done;
  };
  return {
    give: (controller: Dispatcher.DispatchController, bytes: Uint8Array): void => {
      // What was paused comes back without bytes; to pause for that again would never end.
      if (bytes.byteLength === 0) return;
      try {
        // A connection that ends gives its remaining bytes, paused or not.
        const taken = held ? held.then(copied(take, bytes)) : take(bytes);
        if (taken) hold(controller, taken);
      } catch (error) {
        controller.abort(error as Error);
      }
    },
    /** Resolves when all blocks were taken; rejects with what the receiver threw. */
    done: () => held,
    /** Resolves when the receiver holds no block any more, successful or not. */
    settled: async () => {
      await held?.catch(() => undefined);
    },
  };
}

function copied(take: TakeBlock, bytes: Uint8Array): () => void | Promise<void> {
  const copy = Buffer.from(bytes);
  return () => take(copy);
}
