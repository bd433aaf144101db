import { KitwrightError } from '../errors/KitwrightError.ts';
import { type JsonObject, parseJsonObject } from './parseJsonObject.ts';

/**
 * A JSON object in which no name is there twice: parsers disagree on which of the two counts, so what one verifies
 * another might not see. Nor is it so deep that it would be many times as large with a line for each value. Throws
 * `kit-malformed`.
 */
export function strictJson(bytes: Uint8Array, what: string): JsonObject {
  const value = parseJsonObject(bytes, what);
  const text = Buffer.from(bytes).toString();
  const refuse = (why: string) => new KitwrightError('kit-malformed', `The ${what} is not usable: ${why}.`);
  const name = repeatedName(text);
  if (name !== undefined) throw refuse(`${JSON.stringify(name)} is in it twice`);
  if (indentOf(text) > freeIndent + indentPerSign * text.length) throw refuse('many values lie too deep in it');
  return value;
}

/** Signs of indent that a document may get when it is shown, of any size, and for each of its own. */
const [freeIndent, indentPerSign] = [64 * 1024, 16];

/** Signs in front of the lines if each value has one: two for each level, as in a Kitfile. */
function indentOf(text: string): number {
  let [indent, depth] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const unit = text[at];
    if (unit === '"') at = endOfString(text, at);
    else if (unit === '{' || unit === '[') indent += 2 * ++depth;
    else if (unit === ',') indent += 2 * depth;
    else if (unit === '}' || unit === ']') depth--;
  }
  return indent;
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
