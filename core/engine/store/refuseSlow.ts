import { KitwrightError } from '../errors/KitwrightError.ts';

/** So long something small may take, in ms, and so much longer for each of this many bytes: 16 KB a second are slow. */
const [usualPatience, bytesPerMs] = [120_000, 16];

/**
 * Looks at how fast something small comes: gets the bytes so far. Who sends a byte now and then keeps nobody; what is
 * large may take its time. Throws `network-failed`.
 */
export function refuseSlow(patience: number = usualPatience): (bytes: number) => void {
  const begun = now();
  return (bytes) => {
    if (now() - begun <= patience + bytes / bytesPerMs) return;
    throw new KitwrightError(
      'network-failed',
      `An answer comes too slowly to wait for its end: ${bytes} bytes so far.`,
    );
  };
}

/** Time in ms. What short commands read is small: to load what `performance` belongs to would take longer. */
function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
