import { KitwrightError } from '../errors/KitwrightError.ts';
import { cleanPath } from './cleanPath.ts';

/**
 * Does the matcher ignore the path? A path below an ignored directory is ignored unless a later rule brings it back.
 */
export type IgnoreMatcher = (path: string) => boolean;

const special = new Set('.+()|{}$^'.split(''));

/** moby/patternmatcher's translation: `**` spans directories, `*` and `?` stay inside a name. Throws SyntaxError. */
export function toRegExp(pattern: string): RegExp {
  checkClasses(pattern);
  let source = '^';
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const unit = pattern[i] ?? '';
    if (unit === '*' && pattern[i + 1] === '*') {
      i++;
      if (pattern[i + 1] === '/') i++;
      source += i + 1 >= pattern.length ? '.*' : '(?:.*/)?';
    } else if (unit === '*') source += '[^/]*';
    else if (unit === '?') source += '[^/]';
    else if (unit === '\\') source += escaped(pattern[++i] ?? '\\');
    else if (unit === '[' || unit === ']') {
      inClass = unit === '[';
      source += unit;
    } else if (special.has(unit) && !(inClass && unit === '^')) source += `\\${unit}`;
    else source += unit === '/' ? '\\/' : unit;
  }
  return new RegExp(`${source}$`, 's');
}

/** Go's filepath.Match syntax of a character class: every `[` must be closed and may not be empty. */
function checkClasses(pattern: string): void {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '\\') {
      if (++i >= pattern.length) throw new SyntaxError('it ends with a backslash');
    } else if (pattern[i] === '[') {
      const start = pattern[i + 1] === '^' ? i + 2 : i + 1;
      let end = start;
      while (end < pattern.length && (pattern[end] !== ']' || end === start)) end += pattern[end] === '\\' ? 2 : 1;
      if (end >= pattern.length) throw new SyntaxError('a character class is not closed');
      i = end;
    }
  }
}

const escapesOfRegExp = /[dDsSwWbBnrtfvacx0-9pPQEAzC]/;

function escaped(next: string): string {
  if (!/[A-Za-z0-9]/.test(next)) return `\\${next}`;
  // A backslash before a letter is an escape of the regular expression, as in moby's matcher (observed in kit 1.15).
  if (!escapesOfRegExp.test(next)) throw new SyntaxError(`\\${next} is no escape`);
  return { a: '\\x07', A: '^', z: '$' }[next] ?? `\\${next}`;
}

/** Lines of an ignore file: a byte order mark, comments and blank lines are dropped, rooted paths made relative. */
export function ignoreLines(text: string): readonly string[] {
  return text
    .replace(/^\ufeff/gm, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const negated = line.startsWith('!');
      const body = cleanPath(negated ? line.slice(1).trim() : line);
      const relative = body.length > 1 && body.startsWith('/') ? body.slice(1) : body;
      return negated ? `!${line.slice(1).trim() === '' ? '' : relative}` : relative;
    });
}

/** Docker's ignore rules (moby/patternmatcher, MatchesOrParentMatches): the last rule that matches decides. */
export function ignoreMatcher(lines: readonly string[]): IgnoreMatcher {
  const patterns = lines.map(compile);
  return (path) => {
    let ignored = false;
    for (const pattern of patterns) {
      if (pattern.negated === ignored && matchesOrParent(pattern, path)) ignored = !pattern.negated;
    }
    return ignored;
  };
}

/** One rule of an ignore file, compiled. */
interface Pattern {
  readonly expression: RegExp;
  readonly negated: boolean;
  readonly text: string;
}

function compile(line: string): Pattern {
  const negated = line.startsWith('!');
  const text = negated ? line.slice(1).trim() : line;
  try {
    if (negated && text === '') throw new SyntaxError('a single "!" says nothing');
    const clean = cleanPath(text);
    return { expression: toRegExp(clean), negated, text: clean };
  } catch (error) {
    throw new KitwrightError('ignore-invalid', `Invalid pattern in .kitignore: ${line}.`, {
      cause: error,
      data: { pattern: line },
    });
  }
}

function matchesOrParent({ expression }: Pattern, path: string): boolean {
  if (expression.test(path)) return true;
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    if (expression.test(path.slice(0, slash))) return true;
  }
  return false;
}
