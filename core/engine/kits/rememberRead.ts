import { KitwrightError } from '../errors/KitwrightError.ts';

/**
 * Reads something once for each key. What is malformed stays so; after any other failure it is read again: another target
 * may have it.
 */
export function rememberRead<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const before = known.get(key);
  if (before) return before;
  const reading = read();
  known.set(key, reading);
  reading.catch((error: unknown) => {
    if (!(error instanceof KitwrightError && error.code === 'kit-malformed')) known.delete(key);
  });
  return reading;
}
