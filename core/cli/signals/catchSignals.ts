import { KitwrightError } from '@kitwright/core/internal';
import { ignoredSignals } from './ignoredSignals.ts';

/**
 * `timeout` and similar tools send a signal to a process and to its group: within this time (ms) the second one is
 * ignored.
 */
const sameSignal = 200;

const exits = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * The first signal stops the command cleanly, a later one ends the process at once. Returns a function that removes the
 * handlers.
 */
export function catchSignals(controller: AbortController): () => void {
  let first = 0;
  const stopWith = (signal: string, exit: number) => () => {
    if (!controller.signal.aborted) first = performance.now();
    else if (performance.now() - first > sameSignal) process.exit(exit);
    controller.abort(new KitwrightError('cancelled', `Cancelled by ${signal}.`, { data: { signal } }));
  };
  const stopping = Object.entries(exits).map(([signal, exit]) => [signal, stopWith(signal, exit)] as const);
  const ignoring = ignoredSignals.map((signal) => [signal, () => undefined] as const);
  const handlers = new Map([...stopping, ...ignoring]);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
