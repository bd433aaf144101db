import { createMeter, type Meter } from './Meter.ts';

/** A meter that the signal cancels. */
export async function withMeter<T>(signal: AbortSignal, work: (meter: Meter) => Promise<T>): Promise<T> {
  const meter = createMeter();
  const stop = () => meter.cancel();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await work(meter);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
