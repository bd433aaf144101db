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

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** The first name that an object of a valid JSON text has twice. */
function repeatedName(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [word] of text.matchAll(token)) {
    if (word === '{') open.push(new Set());
    else if (word === '[') open.push(undefined);
    else if (word === '}' || word === ']') open.pop();
    else if (word === ':') {
      const name = JSON.parse(last) as string;
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
    last = word;
  }
  return undefined;
}
