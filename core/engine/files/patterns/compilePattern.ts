import { checkPattern } from './checkPattern.ts';
import { type Atom, matchAtoms } from './matchAtoms.ts';
import { isStart, parseExpression, type Sequence } from './parseExpression.ts';

/**
 * The test of one pattern, as moby/patternmatcher v0.6 has it: `**` spans directories, `*` and `?` stay inside a name.
 * Throws SyntaxError.
 */
export function compilePattern(pattern: string): (path: string) => boolean {
  checkPattern(pattern);
  const { kind, expression } = translate([...pattern]);
  if (kind === 'exact') return (path) => path === pattern;
  if (kind === 'prefix') return (path) => path.startsWith(pattern.slice(0, -2));
  if (kind === 'suffix') return suffixTest(pattern.slice(2));
  const alternatives = parseExpression(expression).map(sequenceTest);
  return (path) => alternatives.some((matches) => matches(path));
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

function sequenceTest(sequence: Sequence): (path: string) => boolean {
  const anchored = sequence[0] === isStart;
  const atoms = anchored ? sequence.slice(1) : sequence;
  const runs = literalRuns(atoms);
  return (path) => holdsInOrder(path, runs) && matchAtoms(atoms, path, anchored);
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

/** `**` + `/foo` is also `foo` itself. */
function suffixTest(suffix: string): (path: string) => boolean {
  const name = suffix.startsWith('/') ? suffix.slice(1) : undefined;
  return (path) => path.endsWith(suffix) || path === name;
}
