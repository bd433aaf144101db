/**
 * Progress and cancellation that threads share without messages: bytes done, and a flag that asks to stop.
 * A plain SharedArrayBuffer, so that it can be posted to a worker.
 */
export interface Meter {
  readonly buffer: SharedArrayBuffer;
  /** Bytes done so far. */
  readonly bytes: () => number;
  readonly add: (bytes: number) => void;
  readonly cancel: () => void;
  readonly cancelled: () => boolean;
}

export function createMeter(buffer: SharedArrayBuffer = new SharedArrayBuffer(16)): Meter {
  const counter = new BigInt64Array(buffer, 0, 1);
  const flag = new Int32Array(buffer, 8, 1);
  return {
    buffer,
    bytes: () => Number(Atomics.load(counter, 0)),
    add: (bytes) => void Atomics.add(counter, 0, BigInt(bytes)),
    cancel: () => void Atomics.store(flag, 0, 1),
    cancelled: () => Atomics.load(flag, 0) === 1,
  };
}
