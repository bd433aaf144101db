/** A timer that ends early: after a hint, or when the watch should stop. */
export interface Alarm {
  /** Ends the current wait, or else the next one. */
  readonly ring: () => void;
  /** Waits at most `ms`. */
  readonly wait: (ms: number) => Promise<void>;
}

/** `later` starts a timer and returns how to stop it; tests inject their own clock. */
export function createAlarm(later: (callback: () => void, ms: number) => () => void): Alarm {
  let pending = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      if (wake) wake();
      else pending = true;
    },
    wait: (ms) => {
      if (pending) {
        pending = false;
        return Promise.resolve();
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = later(resolve, ms);
      wake = resolve;
      return promise.finally(() => {
        stop();
        wake = undefined;
      });
    },
  };
}
