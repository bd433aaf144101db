import { eachOf } from './eachOf.ts';

/**
 * Runs `work` for each item, at most `limit` at a time; the first failure ends it once those under way have ended. `turn`
 * resolves when all items before have ended, and rejects if one of them failed.
 */
export function eachInTurn<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, turn: Promise<unknown>) => Promise<void>,
): Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return eachOf(items, limit, (item) => {
    const done = work(item, last);
    last = Promise.all([last, done]);
    last.catch(() => undefined);
    return done;
  });
}
