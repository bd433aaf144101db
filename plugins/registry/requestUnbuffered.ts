import type { TakeBlock } from '@kitwright/core/plugin';
import type { Dispatcher } from 'undici';

/** An answer whose body waits until it is read. */
export interface UnbufferedAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Gives each block to `take`; rejects with what that throws, and then reads no further. Once only. */
  readonly read: (take: TakeBlock) => Promise<void>;
}

/**
 * Sends a request and gives its answer's body to a function, without a stream between: no block is kept, so none needs
 * memory of its own.
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

/** Gives blocks to a receiver. While it holds one, the connection is paused: its memory is used again afterwards. */
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
      try {
        // A connection that ends gives what it has left, paused or not.
        const taken = held ? held.then(copied(take, bytes)) : take(bytes);
        if (taken) hold(controller, taken);
      } catch (error) {
        controller.abort(error as Error);
      }
    },
    /** All blocks were taken; rejects with what the receiver threw. */
    done: () => held,
    /** The receiver has nothing in its hands any more, whatever came of it. */
    settled: async () => {
      await held?.catch(() => undefined);
    },
  };
}

function copied(take: TakeBlock, bytes: Uint8Array): () => void | Promise<void> {
  const copy = Buffer.from(bytes);
  return () => take(copy);
}
