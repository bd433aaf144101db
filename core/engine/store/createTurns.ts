import { createTransferRate, type TransferRate } from './TransferRate.ts';

/** Who moves large contents takes turns, as long as that is fast. */
export interface Turns {
  /** Waits for a turn; `size` in bytes. */
  readonly take: (size: number) => Promise<Turn>;
}

export interface Turn extends Disposable {
  /** Bytes that were moved. With the last one the turn is over, although the target may have more to do. */
  readonly add: (bytes: number) => void;
}

/** Smaller contents wait for nobody. */
const largeBytes = 32 * 1024 ** 2;

/**
 * `places`: how many move at a time where each is fast. Each that is slow lets one more begin: where the way is the limit many
 * share it better, and soon all of them do.
 */
export function createTurns(places: number, rateOf: (onSlow: () => void) => TransferRate = createTransferRate): Turns {
  const waiting: (() => void)[] = [];
  let free = places;
  const next = () => {
    for (; free > 0 && waiting.length; free--) waiting.shift()?.();
  };
  const giveBack = () => {
    free++;
    next();
  };
  const begin = (size: number): Turn => {
    const rate = rateOf(giveBack);
    let [left, isOver] = [size, false];
    const end = () => {
      if (isOver) return;
      isOver = true;
      rate[Symbol.dispose]();
      giveBack();
    };
    rate.start();
    return {
      add: (bytes) => {
        if (isOver) return;
        left -= bytes;
        if (left > 0) rate.add(bytes);
        else end();
      },
      [Symbol.dispose]: end,
    };
  };
  return {
    take: async (size) => {
      if (size < largeBytes) return nobodys;
      const turn = Promise.withResolvers<void>();
      waiting.push(turn.resolve);
      next();
      await turn.promise;
      return begin(size);
    },
  };
}

const nobodys: Turn = { add: () => undefined, [Symbol.dispose]: () => undefined };
