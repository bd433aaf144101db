import type { MetricValue } from '../../watching/WatchEvent.ts';

export { formatSize } from '../../output/formatSize.ts';

const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });

/** ms since 1970, in the reader's zone. */
export function formatTime(at: number): string {
  return Number.isFinite(at) ? time.format(at) : '';
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** The time of day, in the reader's zone. */
export function formatClock(at: number): string {
  return Number.isFinite(at) ? clock.format(at) : '';
}

/** ms as seconds. */
export function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

const significant = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 5 });

/** What is no finite number comes as its name. */
export function formatNumber(value: MetricValue | undefined): string {
  return typeof value === 'number' ? significant.format(value) : (value ?? '–');
}

/** The beginning of a digest, enough to tell kits apart. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha\d+:/, '').slice(0, 12);
}
