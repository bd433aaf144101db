/**
 * What moby asks Go before it takes a pattern: `filepath.Match(pattern, ".")`. Match reads a pattern in chunks between
 * stars, and only as far as they match, so a mistake behind that is found by the expression or not at all. Throws
 * SyntaxError.
 */
export function checkPattern(pattern: string): void {
  let [name, rest] = ['.', pattern];
  while (rest !== '') {
    const { star, chunk, after } = nextChunk(rest);
    rest = after;
    if (star && chunk === '') return;
    let left = matchChunk(chunk, name);
    if (left !== '' && (left === undefined || rest === ''))
      left = star && name !== '' ? matchChunk(chunk, '') : undefined;
    if (left === undefined) return;
    name = left;
  }
}

interface Chunk {
  readonly star: boolean;
  readonly chunk: string;
  readonly after: string;
}

function nextChunk(pattern: string): Chunk {
  const start = /^\**/.exec(pattern)?.[0].length ?? 0;
  let end = start;
  for (let inClass = false; end < pattern.length; end++) {
    if (pattern[end] === '\\') end++;
    else if (pattern[end] === '[') inClass = true;
    else if (pattern[end] === ']') inClass = false;
    else if (pattern[end] === '*' && !inClass) break;
  }
  return { star: start > 0, chunk: pattern.slice(start, end), after: pattern.slice(end) };
}

/** What is left of the name behind the chunk; undefined if they do not match. */
function matchChunk(chunk: string, name: string): string | undefined {
  let left: string | undefined = name;
  for (let at = 0; at < chunk.length; ) {
    const { matches, end } = readStep(chunk, at);
    left = left !== undefined && left !== '' && matches(left) ? left.slice(1) : undefined;
    at = end;
  }
  return left;
}

interface Step {
  readonly matches: (character: string) => boolean;
  readonly end: number;
}

function readStep(chunk: string, at: number): Step {
  if (chunk[at] === '[') return readClass(chunk, at + 1);
  if (chunk[at] === '?') return { matches: (character) => character !== '/', end: at + 1 };
  const { value, end } = readCharacter(chunk, at, 'it ends with a backslash');
  return { matches: (character) => character === value, end };
}

/** A class holds at least one character or range before its `]`. */
function readClass(chunk: string, start: number): Step {
  const negated = chunk[start] === '^';
  const ranges: (readonly [string, string])[] = [];
  let at = negated ? start + 1 : start;
  while (chunk[at] !== ']' || !ranges.length) {
    const low = readBound(chunk, at);
    const high = chunk[low.end] === '-' ? readBound(chunk, low.end + 1) : low;
    ranges.push([low.value, high.value]);
    at = high.end;
  }
  const matches = (character: string) =>
    ranges.some(([low, high]) => low <= character && character <= high) !== negated;
  return { matches, end: at + 1 };
}

interface Character {
  readonly value: string;
  readonly end: number;
}

const unclosed = 'a character class is not closed';

function readBound(chunk: string, at: number): Character {
  if (chunk[at] === '-' || chunk[at] === ']')
    throw new SyntaxError(`a "${chunk[at]}" in a character class needs a backslash`);
  const character = readCharacter(chunk, at, unclosed);
  if (character.end >= chunk.length) throw new SyntaxError(unclosed);
  return character;
}

/** A character, which a backslash may precede. */
function readCharacter(chunk: string, start: number, why: string): Character {
  const at = chunk[start] === '\\' ? start + 1 : start;
  const codePoint = chunk.codePointAt(at);
  if (codePoint === undefined) throw new SyntaxError(why);
  const value = String.fromCodePoint(codePoint);
  return { value, end: at + value.length };
}
