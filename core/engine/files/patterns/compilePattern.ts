import { checkPattern } from './checkPattern.ts';
import { type Atom, matchAtoms } from './matchAtoms.ts';
import { isStart, parseExpression, type Sequence } from './parseExpression.ts';

/** One pattern. Many of the first two kinds are looked up at once; an expression must be tried. */
export type CompiledPattern =
  /** Is the path this text? */
  | { readonly kind: 'exact'; readonly text: string }
  /** Is the path this text, or does it end with a slash and this text? */
  | { readonly kind: 'name'; readonly text: string }
  | Expression;

export interface Expression {
  readonly kind: 'expression';
  /** Parts that are compared: what a match takes is bounded by this number times the length of the path. */
  readonly size: number;
  /** Says of most paths that they cannot match, in less time. */
  readonly mayMatch: (path: string) => boolean;
  readonly matches: (path: string) => boolean;
}

/**
 * One pattern, as moby/patternmatcher v0.6 has it: `**` spans directories, `*` and `?` stay inside a name. Throws
 * SyntaxError.
 */
export function compilePattern(pattern: string): CompiledPattern {
  checkPattern(pattern);
  const { kind, expression } = translate([...pattern]);
  const suffix = pattern.slice(2);
  if (kind === 'exact') return { kind, text: pattern };
  if (kind === 'suffix' && suffix.startsWith('/')) return { kind: 'name', text: suffix.slice(1) };
  if (kind === 'prefix') return comparison(1, (path) => path.startsWith(pattern.slice(0, -2)));
  if (kind === 'suffix') return comparison(1, (path) => path.endsWith(suffix));
  return expressionOf(parseExpression(expression));
}

function comparison(size: number, mayMatch: Expression['mayMatch']): Expression {
  return { kind: 'expression', size, mayMatch, matches: mayMatch };
}

function expressionOf(sequences: readonly Sequence[]): Expression {
  const alternatives = sequences.map(sequenceTest);
  return {
    kind: 'expression',
    size: sequences.reduce((sum, { length }) => sum + length, sequences.length),
    mayMatch: (path) => alternatives.some(({ mayMatch }) => mayMatch(path)),
    matches: (path) => alternatives.some(({ mayMatch, matches }) => mayMatch(path) && matches(path)),
  };
}

/** The test of one pattern. Throws SyntaxError. */
export function patternTest(pattern: string): (path: string) => boolean {
  const compiled = compilePattern(pattern);
  if (compiled.kind === 'expression') return compiled.matches;
  const { kind, text } = compiled;
  return (path) => path === text || (kind === 'name' && path.endsWith(`/${text}`));
}

/** What is left of `**` at its end, at its beginning, or nowhere is compared as it stands. */
type Kind = 'exact' | 'prefix' | 'suffix' | 'expression';

interface Translation {
  readonly kind: Kind;
  readonly expression: string;
}

/** Braces and bars were meant to be among them, but a shift in moby's table leaves them out. */
const escaped = new Set('.+()$');
const wildcards = new Map([
  ['*', '[^/]*'],
  ['?', '[^/]'],
]);

/** Pattern.compile of moby. It does not escape `^`, nor the wildcards in a class. */
function translate(pattern: readonly string[]): Translation {
  let kind: Kind = 'exact';
  let expression = '^';
  let steps = 0;
  for (let at = 0; at < pattern.length; steps++) {
    const character = pattern[at++] ?? '';
    if (character === '*' && pattern[at] === '*') {
      at += pattern[at + 1] === '/' ? 2 : 1;
      const isLast = at >= pattern.length;
      kind = steps === 0 ? 'suffix' : isLast && kind === 'exact' ? 'prefix' : 'expression';
      expression += isLast ? '.*' : '(.*/)?';
    } else if (character === '*' || character === '?' || character === '[' || character === ']') {
      kind = 'expression';
      expression += wildcards.get(character) ?? character;
    } else if (character === '\\') {
      if (at < pattern.length) kind = 'expression';
      expression += `\\${pattern[at++] ?? ''}`;
    } else expression += escaped.has(character) ? `\\${character}` : character;
  }
  return { kind, expression: `${expression}$` };
}

function sequenceTest(sequence: Sequence): Pick<Expression, 'mayMatch' | 'matches'> {
  const anchored = sequence[0] === isStart;
  const atoms = anchored ? sequence.slice(1) : sequence;
  const runs = literalRuns(atoms);
  return { mayMatch: (path) => holdsInOrder(path, runs), matches: (path) => matchAtoms(atoms, path, anchored) };
}

/** The texts that every path which matches must hold, one after the other: asking for them is faster than matching. */
function literalRuns(atoms: readonly Atom[]): readonly string[] {
  const runs = [''];
  for (const atom of atoms) {
    if (atom.kind === 'literal') runs.push(`${runs.pop()}${String.fromCodePoint(atom.value)}`);
    else runs.push('');
  }
  return runs.filter((run) => run !== '');
}

function holdsInOrder(path: string, runs: readonly string[]): boolean {
  let at = 0;
  for (const run of runs) {
    const found = path.indexOf(run, at);
    if (found < 0) return false;
    at = found + run.length;
  }
  return true;
}
