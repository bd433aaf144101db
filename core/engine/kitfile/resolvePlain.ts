import type { JsonValue } from '../errors/JsonValue.ts';

/** The value of a scalar, or the reason why JSON cannot hold it. */
export type Resolved = { readonly value: JsonValue } | { readonly unsupported: string };

const words: Readonly<Record<string, JsonValue>> = {
  '': null,
  '~': null,
  null: null,
  Null: null,
  NULL: null,
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
};
const notFinite = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** Resolves a plain scalar as go-yaml v3 does for an untyped value (YAML 1.2 words, 1.1 numbers, timestamps). */
export function resolvePlain(text: string): Resolved {
  const word = Object.hasOwn(words, text) ? words[text] : undefined;
  if (word !== undefined) return { value: word };
  if (notFinite.test(text)) return { unsupported: `${text} has no form in JSON` };
  const value = timestampOf(text) ?? (/^[-+.0-9]/.test(text) ? numberOf(text) : undefined);
  return { value: value ?? text };
}

const date = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const dateTime = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt])| )(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[-+]\d\d:\d\d)?$/;

/** A YAML timestamp as RFC 3339 text, the way Go's time.Time is written to JSON; undefined if it is none. */
export function timestampOf(text: string): string | undefined {
  const match = date.exec(text) ?? dateTime.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', t, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  // go-yaml's layouts want a zone after "T" and refuse one after a blank.
  if (match[5] !== undefined && (t === undefined) !== (zone === undefined)) return undefined;
  const numbers = [month, day, hour, minute, second].map(Number) as [number, number, number, number, number];
  const [mo, d, h, mi, s] = numbers;
  if (mo < 1 || mo > 12 || d < 1 || d > daysIn(Number(year), mo) || h > 23 || mi > 59 || s > 59) return undefined;
  const two = (value: number) => String(value).padStart(2, '0');
  const trimmed = fraction.slice(0, 10).replace(/(?:\.|(?<![.0]))0+$/, '');
  const offset = zone === undefined || /^[-+]00:00$/.test(zone) ? 'Z' : zone;
  return `${year}-${two(mo)}-${two(d)}T${two(h)}:${two(mi)}:${two(s)}${trimmed}${offset}`;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const minInteger = -(2n ** 63n);

/** The largest value of a Go uint64 and the smallest of an int64: beyond, go-yaml reads a float. */
const maxInteger = 2n ** 64n - 1n;

const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

function numberOf(text: string): JsonValue | undefined {
  const plain = text.replaceAll('_', '');
  const integer = integerOf(plain);
  if (integer !== undefined && integer >= minInteger && integer <= maxInteger) return integer;
  return float.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : undefined;
}

const bases: Readonly<Record<string, number>> = { '0x': 16, '0X': 16, '0b': 2, '0B': 2, '0o': 8, '0O': 8 };

/** Digits that an integer of 64 bits may have, in base 2. */
const maxDigits = 64;

function integerOf(plain: string): bigint | undefined {
  const [, sign, prefix, rest] = /^([-+]?)(0[xXbBoO]|0(?=[0-9]))?([0-9a-fA-F]+)$/.exec(plain) ?? [];
  if (rest === undefined) return undefined;
  const base = prefix === undefined ? 10 : (bases[prefix] ?? 8);
  const digits = rest.toLowerCase().replace(/^0+(?=.)/, '');
  if (digits.length > maxDigits) return undefined;
  const fits = [...digits].every((digit) => Number.parseInt(digit, 16) < base);
  if (!fits) return undefined;
  const value = BigInt(base === 10 ? digits : `${{ 16: '0x', 8: '0o', 2: '0b' }[base]}${digits}`);
  return sign === '-' ? -value : value;
}

export function isNullText(text: string): boolean {
  return Object.hasOwn(words, text) && words[text] === null;
}

const oldBoolean = /^(?:[yY]|[yY]es|YES|[oO]n|ON|[nN]|[nN]o|NO|[oO]ff|OFF)$/;
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** Can go-yaml write this text without quotes and read the same text again? */
export function readsAsText(text: string): boolean {
  if (oldBoolean.test(text) || base60.test(text)) return false;
  const resolved = resolvePlain(text);
  return 'value' in resolved && resolved.value === text && timestampOf(text) === undefined;
}
