import type { RequestBody } from './HttpRequest.ts';

/** A body on its way. */
export interface SentBody {
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Aborted when no byte goes for too long. */
  readonly stalled: AbortSignal;
  /** What the body's source threw: that says more than the connection that failed for it. */
  readonly sourceError: () => unknown;
  /** The answer is there, or will never be: a body that is still read watches nothing, and keeps no process alive. */
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
        }
      } catch (error) {
        failure = error;
        throw error;
      }
    },
  };
}
