/** How threads share the chunks of a layer: each is filled by one of them, all are consumed in order by the one that leads. */
export interface ManyControl {
  /** Opens the chunks from this one on, once: before that there is room for none. */
  readonly begin: (chunk: number) => void;
  /** The next chunk that nobody fills; `full` if those that are filled must be consumed first. */
  readonly claim: () => number | 'full' | 'none';
  readonly filled: (chunk: number) => void;
  readonly isFilled: (chunk: number) => boolean;
  /** Waits a while for a chunk to be filled. */
  readonly waitFilled: (chunk: number) => void;
  readonly consumed: () => void;
  /** Waits a while for room. */
  readonly waitRoom: () => void;
  /** The same, for a thread that has other work too. */
  readonly roomLater: () => Promise<void>;
  /** Nobody goes on. */
  readonly stop: (why: Stop) => void;
  readonly stopped: () => Stop | undefined;
}

export type Stop = 'failed' | 'damaged';

const [nextAt, consumedAt, stopAt, slotsAt, statesAt] = [0, 1, 2, 3, 4];

/** `slots` is how many chunks may be filled and not consumed. */
export function createManyControl(chunks: number, slots: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer((statesAt + chunks) * 4);
  new Int32Array(buffer).set([0, -slots, 0, slots]);
  return buffer;
}

/** Time in ms after which a waiting thread looks whether the others stopped. */
const patience = 500;

const stops: readonly (Stop | undefined)[] = [undefined, 'failed', 'damaged'];

export function openManyControl(buffer: SharedArrayBuffer): ManyControl {
  const cells = new Int32Array(buffer);
  const chunks = cells.length - statesAt;
  const slots = cells[slotsAt] ?? 1;
  const claim: ManyControl['claim'] = () => {
    for (;;) {
      const next = Atomics.load(cells, nextAt);
      if (next >= chunks) return 'none';
      if (next >= Atomics.load(cells, consumedAt) + slots) return 'full';
      if (Atomics.compareExchange(cells, nextAt, next, next + 1) === next) return next;
    }
  };
  const isFull = (consumed: number) => Atomics.load(cells, nextAt) >= consumed + slots;
  return {
    begin: (chunk) => {
      Atomics.store(cells, nextAt, chunk);
      Atomics.store(cells, consumedAt, chunk);
      Atomics.notify(cells, consumedAt);
    },
    claim,
    filled: (chunk) => {
      Atomics.store(cells, statesAt + chunk, 1);
      Atomics.notify(cells, statesAt + chunk);
    },
    isFilled: (chunk) => Atomics.load(cells, statesAt + chunk) === 1,
    waitFilled: (chunk) => void Atomics.wait(cells, statesAt + chunk, 0, patience),
    consumed: () => {
      Atomics.add(cells, consumedAt, 1);
      Atomics.notify(cells, consumedAt);
    },
    waitRoom: () => {
      const consumed = Atomics.load(cells, consumedAt);
      if (isFull(consumed)) Atomics.wait(cells, consumedAt, consumed, patience);
    },
    roomLater: async () => {
      const consumed = Atomics.load(cells, consumedAt);
      if (isFull(consumed)) await Atomics.waitAsync(cells, consumedAt, consumed, patience).value;
    },
    stop: (why) => void Atomics.compareExchange(cells, stopAt, 0, stops.indexOf(why)),
    stopped: () => stops[Atomics.load(cells, stopAt)],
  };
}
