import { errnoOf } from '../errors/systemError.ts';

/** Tries in a row without any progress, the first one included. After the last one the failure is final. */
export const maxAttempts = 6;

/** Failures in all, and one more for so many bytes of progress: who cuts after each byte would be asked for ever. */
const [freeFailures, bytesPerFailure] = [256, 64 * 1024];

/** How often a transfer may fail that got so many bytes further. */
export function mostFailures(bytes: number): number {
  return freeFailures + bytes / bytesPerFailure;
}

/** A host that asks for more patience than this (ms) is not waited for. */
export const maxRetryAfter = 5 * 60_000;

const firstDelay = 500;
const maxDelay = 30_000;

/**
 * Time in ms to wait after the given number of failures in a row: exponential backoff with jitter, and never less than
 * the host asked for.
 */
export function delayAfter(failures: number, retryAfter = 0, random: () => number = Math.random): number {
  const full = Math.min(maxDelay, firstDelay * 2 ** (failures - 1));
  return Math.max(retryAfter, Math.round(full * (0.5 + random() / 2)));
}

/** The three forms of a date that RFC 9110 (5.6.7) allows; each begins with the name of a day. */
const httpDate = /^[A-Z][a-z]{2,8},? [\w :-]{10,30}$/;

/**
 * `Retry-After` in ms: seconds, or a date (RFC 9110, 10.2.3) against `now`. Undefined if there is none, or none that
 * can be read.
 */
export function retryAfterOf(header: string | null | undefined, now: number): number | undefined {
  const value = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  if (!httpDate.test(value)) return undefined;
  const date = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** May the same request succeed later, after an answer with this status? */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** Hosts that do not exist, certificates that are not trusted and headers that are too long stay so. */
const lasting = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ERR_TLS|ERR_SSL|ENOTFOUND|HEADERS_OVERFLOW/;

/** May a connection that failed with this error succeed later? */
export function isTransientFailure(error: unknown): boolean {
  return !lasting.test(errnoOf(error) ?? '');
}

/** Codes of Node (errors of the system, of TLS) and undici for a connection that failed. */
const cuts =
  /^(?:ECONN(?:RESET|REFUSED|ABORTED)|EPIPE|EPROTO|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND|UND_ERR_\w+|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|DEPTH_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/;

/** The connection that failed, if the error is one or has one as its cause (`fetch failed`); else undefined. */
export function networkFailure(error: unknown): Error | undefined {
  for (let [at, depth] = [error, 0]; at instanceof Error && depth < 8; at = at.cause, depth++)
    if (cuts.test(errnoOf(at) ?? '')) return at;
  return undefined;
}
