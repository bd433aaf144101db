import type { RequestBody } from './HttpRequest.ts';

/** A body that is being sent. */
export interface SentBody {
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Aborted when no byte was sent for too long. */
  readonly stalled: AbortSignal;
  /** The error of the body's source, which explains more than the connection that failed because of it. */
  readonly sourceError: () => unknown;
  /** The request has ended: stop watching the body, so that it keeps no process alive. */
  readonly end: () => void;
}

/** Watches a body while it is sent. `stallTimeout` in ms. */
export function sendBody(body: RequestBody, stallTimeout: number): SentBody {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let [ended, failure]: [boolean, unknown] = [false, undefined];
  const rest = () => clearTimeout(timer);
  const arm = () => {
    rest();
    if (!ended) timer = setTimeout(() => stop.abort(), stallTimeout);
  };
  return {
    stalled: stop.signal,
    sourceError: () => failure,
    end: () => {
      ended = true;
      rest();
    },
    open: async function* () {
      try {
        for await (const bytes of body.open()) {
          arm();
          yield bytes;
          rest();
          // Who sends would read the rest of it, also after the connection is gone.
          stop.signal.throwIfAborted();
        }
      } catch (error) {
        if (!stop.signal.aborted) failure = error;
        throw error;
      }
    },
  };
}
