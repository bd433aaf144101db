import type { CharacterTest } from './matchAtoms.ts';

export interface ReadTest {
  readonly test: CharacterTest;
  readonly end: number;
}

/** An escape that stands for characters: `\d`, `\pL`, `\n`, `\x41`, `\.`. Throws SyntaxError. */
export function readEscape(source: string, at: number): ReadTest {
  const letter = source[at + 1] ?? '';
  if (Object.hasOwn(sets, letter)) return { test: sets[letter] as CharacterTest, end: at + 2 };
  if (letter === 'p' || letter === 'P') return readCategory(source, at);
  const { value, end } = readCharacter(source, at);
  return { test: (codePoint) => codePoint === value, end };
}

const isDigit = within('09');
const isSpace = (codePoint: number): boolean => [9, 10, 12, 13, 32].includes(codePoint);

/** RE2's word characters are ASCII. */
export function isWord(codePoint: number): boolean {
  return wordRanges(codePoint) || codePoint === 0x5f;
}

const wordRanges = within('09AZaz');

const sets: Readonly<Record<string, CharacterTest>> = {
  d: isDigit,
  D: (codePoint) => !isDigit(codePoint),
  s: isSpace,
  S: (codePoint) => !isSpace(codePoint),
  w: isWord,
  W: (codePoint) => !isWord(codePoint),
};

/** Is a code point within one of the ranges, each written as its two ends? */
export function within(ranges: string): CharacterTest {
  const bounds = [...ranges].map((character) => character.codePointAt(0) ?? 0);
  return (codePoint) => bounds.some((low, i) => i % 2 === 0 && codePoint >= low && codePoint <= (bounds[i + 1] ?? low));
}

/** `\pL`, `\p{Lu}`, `\p{^Greek}`: a general category or a script of Unicode. */
function readCategory(source: string, at: number): ReadTest {
  const [text = '', sign = '', name = ''] = /^\\[pP](?:\{(\^?)(\w+)\}|[CLMNPSZ])/.exec(source.slice(at)) ?? [];
  const property = name === '' ? text.slice(2) : name;
  const expression = property === 'Any' ? /^/ : (categoryTest('gc', property) ?? categoryTest('Script', property));
  if (!expression) throw unknown(source, at);
  const negated = text.startsWith('\\P') !== (sign === '^');
  return {
    test: (codePoint) => expression.test(String.fromCodePoint(codePoint)) !== negated,
    end: at + text.length,
  };
}

function categoryTest(kind: 'gc' | 'Script', name: string): RegExp | undefined {
  try {
    return new RegExp(`\\p{${kind}=${name}}`, 'u');
  } catch {
    return undefined;
  }
}

const named: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** One character, also a bound of a range. Throws SyntaxError. */
export function readCharacter(source: string, at: number): { readonly value: number; readonly end: number } {
  if (source[at] !== '\\') {
    const value = source.codePointAt(at) ?? 0;
    return { value, end: at + (value > 0xffff ? 2 : 1) };
  }
  const letter = source[at + 1] ?? '';
  if (Object.hasOwn(named, letter)) return { value: named[letter] ?? 0, end: at + 2 };
  if (/[\x00-/:-@[-`{-\x7f]/.test(letter)) return { value: letter.charCodeAt(0), end: at + 2 };
  const number = /^\\(?:x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})|(0[0-7]{0,2}|[1-7][0-7]{1,2}))/.exec(
    source.slice(at),
  );
  const [text = '', two, braced, octal = ''] = number ?? [];
  const value = two || braced ? Number.parseInt(two ?? braced ?? '', 16) : Number.parseInt(octal, 8);
  if (!number || value > 0x10ffff) throw unknown(source, at);
  return { value, end: at + text.length };
}

function unknown(source: string, at: number): SyntaxError {
  return new SyntaxError(`\\${[...source.slice(at + 1, at + 3)][0] ?? ''} is no escape`);
}
