/** Observes whether one answer after the other comes fast enough. */
export interface TransferRate extends Disposable {
  /** A request is sent. */
  readonly start: () => void;
  readonly add: (bytes: number) => void;
  readonly isSlow: () => boolean;
}

/**
 * Bytes a second from which several answers side by side are no faster than one: the processor is the limit then, not
 * the way.
 */
const fastRate = 256 * 1024 ** 2;

/** Time in ms after which the rate of an answer is judged. */
const grace = 50;

/** Bytes after which it is judged again. */
const lap = 16 * 1024 ** 2;

/**
 * `onSlow` is called once, and not before there is an answer: it may be all of the blob, and whoever is asked beside it, a
 * cache that fetches the blob, would fetch it again. To be wrong costs time only.
 */
export function createTransferRate(onSlow: () => void): TransferRate {
  let [since, bytes, slow, waited] = [0, 0, false, false];
  let timer: NodeJS.Timeout | undefined;
  const judge = () => {
    waited = bytes === 0;
    if (waited || slow || bytes / (performance.now() - since) >= fastRate / 1000) return;
    slow = true;
    onSlow();
  };
  const begin = () => {
    [since, bytes, waited] = [performance.now(), 0, false];
  };
  return {
    start: () => {
      begin();
      clearTimeout(timer);
      timer = setTimeout(judge, grace);
    },
    add: (count) => {
      bytes += count;
      if (waited) judge();
      if (bytes < lap) return;
      clearTimeout(timer);
      judge();
      begin();
    },
    isSlow: () => slow,
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
