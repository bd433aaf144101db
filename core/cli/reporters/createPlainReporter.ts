import { formatSize } from '../output/formatSize.ts';
import type { Reporter } from './Reporter.ts';

/** The time until the first line of a layer, and between its lines, in ms. */
const interval = 2_000;

/**
 * Layers smaller than this (bytes) get no lines: there may be thousands of them, and they mostly wait for their turn.
 */
const smallest = 1024 * 1024;

/** For logs: a line per layer every two seconds, but none for quick or small layers. */
export function createPlainReporter(line: (text: string) => void, now: () => number): Reporter {
  const last = new Map<string, number>();
  return {
    around: (write) => write(),
    close: () => undefined,
    event: (event) => {
      if (!('bytes' in event) || event.bytes < smallest) return;
      if (event.type === 'layer-start' || event.type === 'copy-start') last.set(event.layer, now());
      if (event.type !== 'layer-progress' && event.type !== 'copy-progress') return;
      const time = now();
      if (time - (last.get(event.layer) ?? time) < interval) return;
      last.set(event.layer, time);
      line(`${event.layer}: ${formatSize(event.done)} of ${formatSize(event.bytes)}`);
    },
  };
}
