import type { Meter } from '../layers/Meter.ts';
import { withMeter } from '../layers/withMeter.ts';

/** Work with a meter that the signal cancels; what is thrown then is the reason of the signal. */
export async function cancellable<T>(signal: AbortSignal, work: (meter: Meter) => Promise<T>): Promise<T> {
  try {
    return await withMeter(signal, work);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
