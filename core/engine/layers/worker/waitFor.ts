import { KitwrightError } from '../../errors/KitwrightError.ts';

/** Time in ms after which a waiting thread looks whether it was cancelled. */
const patience = 1000;

/**
 * Waits until the first `end` bytes of a file that grows are there, and gives how many are. `available` is one 64-bit
 * counter: the bytes that are there from the beginning on; negative = give up. Throws `cancelled`.
 */
export function waitFor(available: BigInt64Array, end: number): number {
  for (;;) {
    const there = Atomics.load(available, 0);
    if (there < 0n) throw new KitwrightError('cancelled', 'Cancelled.');
    if (there >= BigInt(end)) return Number(there);
    Atomics.wait(available, 0, there, patience);
  }
}
