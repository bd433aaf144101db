import { KitwrightError } from '../errors/KitwrightError.ts';
import { type JsonObject, parseJsonObject } from './parseJsonObject.ts';

/**
 * A JSON object in which no name is there twice. Parsers disagree on which of the two counts, so what one verifies
 * another might not see. Throws `kit-malformed`.
 */
export function strictJson(bytes: Uint8Array, what: string): JsonObject {
  const value = parseJsonObject(bytes, what);
  const name = repeatedName(Buffer.from(bytes).toString());
  if (name === undefined) return value;
  throw new KitwrightError('kit-malformed', `The ${what} is not usable: ${JSON.stringify(name)} is in it twice.`);
}

/** The first name that an object of a valid JSON text has twice. Each character is looked at once. */
function repeatedName(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let [from, to] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const unit = text[at];
    if (unit === '"') {
      [from, to] = [at, endOfString(text, at)];
      at = to;
    } else if (unit === '{') open.push(new Set());
    else if (unit === '[') open.push(undefined);
    else if (unit === '}' || unit === ']') open.pop();
    else if (unit === ':') {
      const quoted = text.slice(from, to + 1);
      const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return undefined;
}

/** Where a string ends that begins here: at the quote before which there are no backslashes, or an even number. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text[before - 1] === '\\') before--;
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}
