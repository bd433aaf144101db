import type { Atom, CharacterTest } from './matchAtoms.ts';
import { readClass } from './readClass.ts';
import { isWord, readEscape } from './readEscape.ts';

/** Atoms that follow each other; one of several alternatives. */
export type Sequence = readonly Atom[];

/** A bound for repetitions such as `a{1000}a{1000}...`. */
const maxAtoms = 10_000;

/**
 * Reads the part of RE2 that a translated pattern can hold: alternatives, which may match anywhere in a path. Throws
 * SyntaxError where Go's regexp.Compile fails.
 */
export function parseExpression(source: string): readonly Sequence[] {
  const alternatives: Atom[][] = [[]];
  let count = 0;
  for (let at = 0; at < source.length; ) {
    if (source[at] === '|') {
      alternatives.push([]);
      at = afterBar(source, at + 1);
      continue;
    }
    const { atoms, end } = readRepeated(source, at);
    alternatives.at(-1)?.push(...atoms);
    count += atoms.length;
    if (count > maxAtoms) throw new SyntaxError('it repeats too much');
    at = end;
  }
  return alternatives;
}

interface Read {
  readonly atoms: readonly Atom[];
  readonly end: number;
  /** It has a repetition already, and may not get another. */
  readonly repeated?: boolean;
}

function afterBar(source: string, at: number): number {
  if (repetitionAt(source, at)) throw new SyntaxError('there is nothing before a repetition');
  return at;
}

interface Repetition {
  readonly min: number;
  readonly max: number;
  readonly end: number;
}

/** `{2}`, `{2,}`, `{2,3}`; other braces stand for themselves. */
function repetitionAt(source: string, at: number): Repetition | undefined {
  const match = /^\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\}/.exec(source[at] === '{' ? source.slice(at) : '');
  if (!match) return undefined;
  const [text, first, comma, second] = match;
  const min = Number(first);
  const max = comma === undefined ? min : second === undefined ? Number.POSITIVE_INFINITY : Number(second);
  if (min > 1000 || (max !== Number.POSITIVE_INFINITY && max > 1000) || min > max)
    throw new SyntaxError(`${text} is no repetition`);
  return { min, max, end: at + text.length };
}

function readRepeated(source: string, at: number): Read {
  const read = readAtom(source, at);
  const repetition = repetitionAt(source, read.end);
  if (!repetition) return read;
  if (read.repeated || repetitionAt(source, repetition.end)) throw new SyntaxError('a repetition is repeated');
  const last = read.atoms.at(-1);
  if (!last) throw new SyntaxError('there is nothing before a repetition');
  return { atoms: [...read.atoms.slice(0, -1), ...repeat(last, repetition)], end: repetition.end };
}

function repeat(atom: Atom, { min, max }: Repetition): readonly Atom[] {
  if (atom.kind === 'at' || atom.kind === 'directories') return min > 0 ? [atom] : [];
  const test: CharacterTest = atom.kind === 'literal' ? (codePoint) => codePoint === atom.value : atom.test;
  const rest: readonly Atom[] =
    max === Number.POSITIVE_INFINITY
      ? [{ kind: 'one', test, times: 'any' }]
      : Array.from({ length: max - min }, () => ({ kind: 'one', test, times: 'optional' }));
  return [...Array.from({ length: min }, () => atom), ...rest];
}

const directories = '(.*/)?';

function readAtom(source: string, at: number): Read {
  if (source.startsWith(directories, at))
    return { atoms: [{ kind: 'directories' }], end: at + directories.length, repeated: true };
  switch (source[at]) {
    case '^':
      return { atoms: [isStart], end: at + 1 };
    case '$':
      return { atoms: [isEnd], end: at + 1 };
    case '.':
      return withStar(source, isInLine, at + 1);
    case '[': {
      const { test, end } = readClass(source, at + 1);
      return withStar(source, shared(source.slice(at, end), test), end);
    }
    case '\\':
      return readEscaped(source, at);
    default:
      return literal(source, at);
  }
}

const lineFeed = 10;
const isInLine = withTable((codePoint) => codePoint !== lineFeed);
export const isStart: Atom = { kind: 'at', test: (_, at) => at === 0 };
const isEnd: Atom = { kind: 'at', test: (text, at) => at === text.length };

function withStar(source: string, test: CharacterTest, end: number): Read {
  const repeated = source[end] === '*';
  const atom: Atom = { kind: 'one', test, times: repeated ? 'any' : 'once' };
  return { atoms: [atom], end: repeated ? end + 1 : end, repeated };
}

/** The same test, asked once for each ASCII character: scans of a million files ask it a hundred million times. */
function withTable(test: CharacterTest): CharacterTest {
  const table = Array.from({ length: 128 }, (_, codePoint) => test(codePoint));
  return (codePoint) => table[codePoint] ?? test(codePoint);
}

/** Tables of classes by their text, which thousands of rules have in common: `[^/]`. */
const tables = new Map<string, CharacterTest>();
const mostTables = 100;

function shared(text: string, test: CharacterTest): CharacterTest {
  const table = tables.get(text) ?? withTable(test);
  if (tables.size < mostTables) tables.set(text, table);
  return table;
}

function literal(source: string, at: number): Read {
  const value = source.codePointAt(at) ?? 0;
  return { atoms: [{ kind: 'literal', value }], end: at + (value > 0xffff ? 2 : 1) };
}

function readEscaped(source: string, at: number): Read {
  const letter = source[at + 1] ?? '';
  if (letter === 'Q') return readQuoted(source, at + 2);
  const place = places.get(letter);
  if (place) return { atoms: [place], end: at + 2 };
  const { test, end } = readEscape(source, at);
  return { atoms: [{ kind: 'one', test: withTable(test), times: 'once' }], end };
}

const isBoundary = (text: string, at: number): boolean =>
  isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at));

const places: ReadonlyMap<string, Atom> = new Map([
  ['A', isStart],
  ['z', isEnd],
  ['b', { kind: 'at', test: isBoundary }],
  ['B', { kind: 'at', test: (text, at) => !isBoundary(text, at) }],
]);

/** What stands between `\Q` and `\E`, or the end, stands for itself. */
function readQuoted(source: string, start: number): Read {
  const found = source.indexOf('\\E', start);
  const end = found < 0 ? source.length : found;
  const atoms = [...source.slice(start, end)].map(
    (character): Atom => ({ kind: 'literal', value: character.codePointAt(0) ?? 0 }),
  );
  return { atoms, end: found < 0 ? end : end + 2 };
}
