import { KitwrightError } from '../errors/KitwrightError.ts';

/** Any JSON object: nothing is known of its values. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Manifests, indexes and configs above this are refused (bytes). Registries take no manifest above 4 MiB, and a config
 * describes the same layers again. Parsed JSON takes 30 times as much memory, each time a kit is listed.
 */
export const maxManifestSize = 4 * 1024 * 1024;

/** The limit for any other JSON (bytes), for example an `index.json`, which names every kit of a store. */
export const maxJsonSize = 64 * 1024 * 1024;
const maxDepth = 100;

/**
 * Values in it: a list of kits of that size has fewer, and one of nothing but `{}` would take 2.6 GB. With 30 million, V8
 * takes hours as soon as it is asked for the text of a number.
 */
const maxValues = 4_000_000;

/** Parses an untrusted JSON object: valid UTF-8, bounded size and depth. Throws `kit-malformed`. */
export function parseJsonObject(bytes: Uint8Array, what: string): JsonObject {
  const refuse = (why: string, cause?: unknown) =>
    new KitwrightError('kit-malformed', `The ${what} is not usable: ${why}.`, { cause });
  if (bytes.byteLength > maxJsonSize) throw refuse(`it has ${bytes.byteLength} bytes`);
  try {
    const text = utf8.decode(bytes);
    const { deepest, values } = mayBeTooMuch(text) ? shapeOf(text) : { deepest: 0, values: 0 };
    if (deepest > maxDepth) throw refuse('it is nested too deeply');
    if (values > maxValues) throw refuse('it has too many values');
    const value = parse(text);
    if (!isObject(value)) throw refuse('it is no JSON object');
    return value;
  } catch (error) {
    throw error instanceof KitwrightError ? error : refuse('it is no JSON', error);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Most texts have fewer brackets than that: to go through them takes longer than to parse them. */
function mayBeTooMuch(text: string): boolean {
  if (text.length > maxValues) return true;
  const [objects, lists] = ['{', '['].map((opening) => text.split(opening, maxDepth + 2).length - 1) as [
    number,
    number,
  ];
  return objects + lists > maxDepth;
}

/** How deep a text is, and how many values it has at most. */
function shapeOf(text: string): { readonly deepest: number; readonly values: number } {
  let [depth, deepest, values] = [0, 0, 0];
  for (let i = 0, quoted = false; i < text.length; i++) {
    const unit = text[i];
    if (quoted) {
      if (unit === '\\') i++;
      else if (unit === '"') quoted = false;
    } else if (unit === '"') quoted = true;
    else if (unit === ',') values++;
    else if (unit === '{' || unit === '[') {
      values++;
      deepest = Math.max(deepest, ++depth);
    } else if (unit === '}' || unit === ']') depth--;
  }
  return { deepest, values };
}

/** Where a number may begin, not in the middle of a digest: half of all manifests have "7e123" in one. */
const hasLargeNumber = /(?:^|[\s:,[])-?(?:[\d.]{16}|[\d.]{1,15}[eE][+-]?\d{3})/;

function parse(text: string): unknown {
  return hasLargeNumber.test(text)
    ? JSON.parse(text, exactNumber as (key: string, value: unknown) => unknown)
    : JSON.parse(text);
}

/** The most digits of a number: to make a bigint of millions takes seconds, and longer than twice as long for twice as many. */
const maxDigits = 1000;

/**
 * An integer that a float64 cannot hold becomes a bigint, so that it survives (ECMA-262, JSON.parse with source text). A number
 * beyond them all is refused, as by readers in Go: as an infinity it could be written in no JSON.
 */
function exactNumber(_key: string, value: unknown, { source = '' }: { readonly source?: string }): unknown {
  if (typeof value === 'number' && source.length > maxDigits) throw new SyntaxError('a number has too many digits');
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    throw new SyntaxError('a number is too large');
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** Is it an object, and no list and not null? */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
