import assert from 'node:assert/strict';
import { KitwrightError } from '@kitwright/core/plugin';
import { within } from './within.ts';

/** Bytes without meaning, the same each time. */
export function noise(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  for (let [at, state] = [0, seed]; at < size; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** The same bytes with one bit flipped. */
export function flipped(bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** At most so many numbers below an end, spread, with those at both ends. */
export function spread(end: number, most: number): readonly number[] {
  const [step, all] = [Math.max(1, end / most), new Set<number>()];
  for (let at = 0; at < end; at += step) all.add(Math.floor(at));
  for (const at of [1, end - 1]) if (at >= 0 && at < end) all.add(at);
  return [...all].sort((a, b) => a - b);
}

/** Bytes that are no file of any format: none, noise, one byte again and again, and JSON that nests without an end. */
export const garbage: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'one byte': Buffer.from([0x7b]),
  noise: noise(4096),
  zeros: Buffer.alloc(4096),
  ones: Buffer.alloc(4096, 0xff),
  'JSON without an end': Buffer.alloc(200_000, '['),
  'JSON of another form': Buffer.from('[null,{"__proto__":{"polluted":true}}]'),
};

/** Names and texts that break lines, terminals and tables. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '../../etc/passwd',
  'a\nb\r\nc',
  '\u001b[31mred\u001b[0m',
  'nul\0',
  '\ud800 alone',
  '<&">\'`$(id)',
  '__proto__',
  'x'.repeat(100_000),
];

/** Is this text one line, which no terminal takes for a command? */
export function isOneLine(text: unknown): boolean {
  return typeof text === 'string' && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text);
}

/**
 * Whatever is given, some work ends soon: with a result, or with an error of Kitwright that says what is wrong in one
 * sentence. Gives the result.
 */
export async function endsWell<T>(what: string, work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await within(10_000, async () => work());
  } catch (error) {
    assert.ok(error instanceof KitwrightError, `${what}: it failed with no error of Kitwright: ${String(error)}`);
    assertSentence(error, what);
    return undefined;
  }
}

/** No error shows where in a program it happened. */
export function assertSentence({ message }: Error, what: string): void {
  assert.ok(message.trim() !== '' && !/^\s+at .*:\d+/m.test(message), `${what}: its message is none: ${message}`);
}
