export { formatSize } from '../../output/formatSize.ts';

const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });

/** ms since 1970, in the reader's zone. */
export const formatTime = (at: number): string => (Number.isFinite(at) ? time.format(at) : '');

/** ms as seconds. */
export const formatSeconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

const significant = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 5 });

export const formatNumber = (value: number | undefined): string =>
  value === undefined ? '–' : significant.format(value);

/** The beginning of a digest, enough to tell kits apart. */
export const shortDigest = (digest: string): string => digest.replace(/^sha\d+:/, '').slice(0, 12);
