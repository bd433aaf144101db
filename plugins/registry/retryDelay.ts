/** `Retry-After` in ms: seconds or a date (RFC 9110, 10.2.3); undefined if there is none. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Times that a request is tried without any progress. */
export const maxAttempts = 6;

/** A host that asks for more patience than this (ms) is not waited for. */
export const maxRetryAfter = 5 * 60_000;

const maxDelay = 30_000;

const firstDelay = 500;

/** Exponential backoff with full jitter, in ms. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.round(Math.min(maxDelay, firstDelay * 2 ** attempt) * (0.5 + random() / 2));
}
