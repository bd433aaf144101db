import { KitwrightError, TransientError } from '@kitwright/core/plugin';
import type { JsonObject, NotTheProtocol } from './readMessages.ts';

/** Codes that a program may answer with (PROTOCOL.md, "Errors"); any other becomes `plugin-failed`. */
const codes: ReadonlySet<string> = new Set([
  'kit-not-found',
  'unauthorized',
  'descriptor-mismatch',
  'network-failed',
  'remote-refused',
  'target-invalid',
]);

/** Characters of a message or hint. */
const maxText = 2000;

/** The error that a program answered. `transient` may pass by itself: it is tried again. */
export function programError(program: string, given: unknown): Error {
  const { code, message, hint, retryAfter } = (typeof given === 'object' && given !== null ? given : {}) as JsonObject;
  const sentence = `${program}: ${typeof message === 'string' && message ? message.slice(0, maxText) : 'it failed'}`;
  if (code === 'transient')
    return new TransientError(sentence.replace(/\.$/, ''), isDuration(retryAfter) ? { retryAfter } : {});
  return new KitwrightError(codes.has(String(code)) ? String(code) : 'plugin-failed', sentence, {
    data: { program },
    ...(typeof hint === 'string' ? { hint: hint.slice(0, maxText) } : {}),
  });
}

/** In ms. */
function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** The program did not keep to PROTOCOL.md, or is no such program at all. */
export function protocolError(program: string, { message }: NotTheProtocol): KitwrightError {
  return new KitwrightError('plugin-failed', `${program} does not keep to the protocol: it sent ${message}.`, {
    data: { program },
    hint: 'Its standard output is for the protocol only; messages belong to its standard error.',
  });
}

/** `how` it ended, and which calls it left without an answer. */
export function endedError(program: string, how: string, calls: readonly string[]): KitwrightError {
  const during = calls.length ? ` during ${calls.join(', ')}` : '';
  return new KitwrightError('plugin-failed', `${program} ${how}${during}.`, { data: { program } });
}

/** The run was cancelled; who did not end by itself is named. */
export function abortedError(program: string, reason: unknown, calls: readonly string[]): unknown {
  if (!calls.length) return reason;
  const hint = `${program} had not answered ${calls.join(', ')}, and was ended.`;
  return reason instanceof KitwrightError
    ? new KitwrightError(reason.code, reason.message, { data: { ...reason.data, program }, hint, cause: reason.cause })
    : new KitwrightError('cancelled', 'Cancelled.', { data: { program }, hint, cause: reason });
}
