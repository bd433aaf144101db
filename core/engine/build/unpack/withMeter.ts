import { createMeter, type Meter } from '../../layers/Meter.ts';

/** A meter that the signal cancels; what is thrown then is the reason of the signal. */
export const withMeter = async <T>(signal: AbortSignal, work: (meter: Meter) => Promise<T>): Promise<T> => {
  const meter = createMeter();
  const stop = () => meter.cancel();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    return await work(meter);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
};
