import type { CharacterTest } from './matchAtoms.ts';
import { isWord, type ReadTest, readCharacter, readEscape, within } from './readEscape.ts';

/** A character class, from what follows its `[`. Throws SyntaxError. */
export function readClass(source: string, start: number): ReadTest {
  const negated = source[start] === '^';
  const first = negated ? start + 1 : start;
  const tests: CharacterTest[] = [];
  let at = first;
  while (source[at] !== ']' || at === first) {
    if (at >= source.length) throw new SyntaxError('a character class is not closed');
    const { test, end } = readPart(source, at);
    tests.push(test);
    at = end;
  }
  return { test: (codePoint) => tests.some((test) => test(codePoint)) !== negated, end: at + 1 };
}

function readPart(source: string, at: number): ReadTest {
  if (source.startsWith('[:', at) && source.includes(':]', at + 2)) return readPosix(source, at);
  if (source[at] === '\\' && /[dDsSwWpP]/.test(source[at + 1] ?? '')) return readEscape(source, at);
  const low = readCharacter(source, at);
  if (source[low.end] !== '-' || source[low.end + 1] === ']' || low.end + 1 >= source.length)
    return { test: (codePoint) => codePoint === low.value, end: low.end };
  const high = readCharacter(source, low.end + 1);
  if (high.value < low.value) throw new SyntaxError('a range of a character class ends before it begins');
  return { test: (codePoint) => codePoint >= low.value && codePoint <= high.value, end: high.end };
}

const posix: Readonly<Record<string, CharacterTest>> = {
  alnum: within('09AZaz'),
  alpha: within('AZaz'),
  ascii: within('\x00\x7f'),
  blank: within('\t\t  '),
  cntrl: within('\x00\x1f\x7f\x7f'),
  digit: within('09'),
  graph: within('!~'),
  lower: within('az'),
  print: within(' ~'),
  punct: within('!/:@[`{~'),
  space: within('\t\r  '),
  upper: within('AZ'),
  word: isWord,
  xdigit: within('09AFaf'),
};

/** `[:alpha:]`, `[:^alpha:]`. */
function readPosix(source: string, at: number): ReadTest {
  const close = source.indexOf(':]', at + 2);
  const [, sign, name = ''] = /^(\^?)(.*)$/s.exec(source.slice(at + 2, close)) ?? [];
  const test = Object.hasOwn(posix, name) ? posix[name] : undefined;
  if (!test) throw new SyntaxError(`there is no class [:${name}:]`);
  return { test: sign ? (codePoint) => !test(codePoint) : test, end: close + 2 };
}
