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

/**
 * Share of its time that this thread works from which more answers are of no use: one comes slowly then because nobody has the
 * time to take its bytes.
 */
const busyShare = 0.7;

/** What a rate is measured by. */
export interface RateClock {
  /** In ms. */
  readonly now: () => number;
  /** Begins to measure; gives the share of the time since then that this thread worked. */
  readonly share: () => () => number;
}

const ownClock: RateClock = {
  now: () => performance.now(),
  share: () => {
    const before = performance.eventLoopUtilization();
    return () => performance.eventLoopUtilization(before).utilization;
  },
};

/** Time in ms after which the rate of an answer is judged. */
const grace = 50;

/** Bytes after which it is judged again. */
const lap = 16 * 1024 ** 2;

/**
 * `onSlow` is called once, and not before there is an answer: it may be all of the blob, and whoever is asked beside it, a
 * cache that fetches the blob, would fetch it again. To be wrong costs time only.
 */
export function createTransferRate(onSlow: () => void, clock: RateClock = ownClock): TransferRate {
  let [since, bytes, slow, waited] = [0, 0, false, false];
  let worked = clock.share();
  let timer: NodeJS.Timeout | undefined;
  const judge = () => {
    waited = bytes === 0;
    if (waited || slow || bytes / (clock.now() - since) >= fastRate / 1000) return;
    // It may have nothing more to do soon, and the answer bring nothing more.
    if (worked() >= busyShare) return judgeLater();
    slow = true;
    onSlow();
  };
  const judgeLater = () => {
    clearTimeout(timer);
    timer = setTimeout(judge, grace);
  };
  const begin = () => {
    [since, bytes, waited, worked] = [clock.now(), 0, false, clock.share()];
  };
  return {
    start: () => {
      begin();
      judgeLater();
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
