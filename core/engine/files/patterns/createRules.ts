import type { CompiledPattern, Expression } from './compilePattern.ts';

/** Many patterns in an order that matters. */
export interface Rules {
  /** Number of the last pattern that matches this path itself, or -1. Throws SyntaxError where it would take too long. */
  readonly last: (path: string) => number;
}

/** The most patterns with wildcards that need a try each, and the most parts of all of them. */
const [mostExpressions, mostParts] = [10_000, 1_000_000];

/**
 * Steps that tries may take: some for all paths together, and some more for each path, so that the time is bounded by
 * the number of paths. A step takes about a nanosecond, and a try at least so many.
 */
const [freeSteps, stepsOfPath, leastSteps] = [100_000_000, 200_000, 150];

/**
 * The patterns as what answers for all of them. Throws SyntaxError if they are too many, before the next one is asked for:
 * to compile one takes time and memory.
 */
export function createRules(patterns: Iterable<CompiledPattern>): Rules {
  const numbered = numberedOf(patterns);
  const numbersOf = (kind: 'exact' | 'name'): ReadonlyMap<string, number> =>
    new Map(numbered.flatMap(({ pattern, number }) => (pattern.kind === kind ? [[pattern.text, number]] : [])));
  const [exact, names] = [numbersOf('exact'), numbersOf('name')];
  // To look a path up takes its hash; most have a length that no rule has.
  const lengths = new Set(exact.keys().map(({ length }) => length));
  const longestName = Math.max(-1, ...new Set(names.keys().map(({ length }) => length)));
  const tries = numbered.flatMap(({ pattern, number }) =>
    pattern.kind === 'expression' ? [{ expression: pattern, number }] : [],
  );
  const budget = createBudget();
  return {
    last: (path) => {
      budget.add();
      let last = Math.max(lengths.has(path.length) ? (exact.get(path) ?? -1) : -1, lastName(names, path, longestName));
      for (let at = tries.length - 1; at >= 0; at--) {
        const { expression, number } = tries[at] as (typeof tries)[number];
        if (number < last) break;
        if (tried(expression, path, budget)) last = number;
      }
      return last;
    },
  };
}

interface Numbered {
  readonly pattern: CompiledPattern;
  readonly number: number;
}

function numberedOf(patterns: Iterable<CompiledPattern>): readonly Numbered[] {
  const numbered: Numbered[] = [];
  let [expressions, parts] = [0, 0];
  for (const pattern of patterns) {
    if (pattern.kind === 'expression') {
      expressions++;
      parts += pattern.size;
    }
    if (expressions > mostExpressions || parts > mostParts)
      throw new SyntaxError('there are too many rules with wildcards');
    numbered.push({ pattern, number: numbered.length });
  }
  return numbered;
}

/** A name is at the end of a path, behind any of its slashes; there may be two thousand. */
function lastName(names: ReadonlyMap<string, number>, path: string, longest: number): number {
  let last = path.length <= longest ? (names.get(path) ?? -1) : -1;
  const first = path.length - 1 - longest;
  for (
    let slash = path.lastIndexOf('/');
    slash >= Math.max(0, first);
    slash = slash > 0 ? path.lastIndexOf('/', slash - 1) : -1
  )
    last = Math.max(last, names.get(path.slice(slash + 1)) ?? -1);
  return last;
}

interface Budget {
  /** One more path. */
  readonly add: () => void;
  readonly take: (steps: number) => void;
}

function createBudget(): Budget {
  let left = freeSteps;
  return {
    add: () => {
      left += stepsOfPath;
    },
    take: (steps) => {
      left -= steps;
      if (left < 0) throw new SyntaxError('the rules with wildcards take too long for so many files');
    },
  };
}

function tried({ size, mayMatch, matches }: Expression, path: string, { take }: Budget): boolean {
  take(leastSteps + size);
  if (!mayMatch(path)) return false;
  take(size * path.length);
  return matches(path);
}
