import type { TakeBlock } from '@kitwright/core/plugin';
import type { Dispatcher } from 'undici';

/** An answer whose body waits until it is poured. */
export interface PouredAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Gives each block to `take`; rejects with what that throws, and then reads no further. Once only. */
  readonly pour: (take: TakeBlock) => Promise<void>;
}

/**
 * Sends a request and gives its answer's body to a function, without a stream between: no block is kept, so none needs
 * memory of its own.
 */
export function requestPoured(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<PouredAnswer> {
  const head = Promise.withResolvers<PouredAnswer>();
  const body = Promise.withResolvers<void>();
  body.promise.catch(() => undefined);
  let take: TakeBlock = () => undefined;
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
      const pour: PouredAnswer['pour'] = (given) => {
        take = given;
        controller.resume();
        return body.promise;
      };
      head.resolve({ statusCode, headers, pour });
    },
    onResponseData: (controller, bytes) => {
      try {
        take(bytes);
      } catch (error) {
        controller.abort(error as Error);
      }
    },
    onResponseEnd: () => {
      signal.removeEventListener('abort', stop);
      body.resolve();
    },
    onResponseError: (_, error) => {
      signal.removeEventListener('abort', stop);
      head.reject(error);
      body.reject(error);
    },
  });
  return head.promise;
}
