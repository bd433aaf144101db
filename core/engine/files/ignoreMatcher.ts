import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { cleanPath } from './cleanPath.ts';
import { type CompiledPattern, compilePattern } from './patterns/compilePattern.ts';
import { createRules } from './patterns/createRules.ts';

/**
 * Does the matcher ignore the path? A path below an ignored directory is ignored unless a later rule brings it back.
 */
export type IgnoreMatcher = (path: string) => boolean;

/** Lines of an ignore file: a byte order mark, comments and blank lines are dropped, rooted paths made relative. */
export function ignoreLines(text: string): readonly string[] {
  return text
    .replace(/^\ufeff/gm, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => !line.startsWith('#'))
    .map(trimSpace)
    .filter((line) => line !== '')
    .map((line) => (line.startsWith('!') ? `!${relative(trimSpace(line.slice(1)))}` : relative(line)));
}

/** What Go's unicode.IsSpace says of one character. */
const space = /^(?:[^\S\ufeff]|\x85)$/;

/** Without white space at both ends. An expression for the end would try each place of a long gap within the text. */
function trimSpace(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && space.test(text.charAt(start))) start++;
  while (end > start && space.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function relative(path: string): string {
  const clean = path === '' ? '' : cleanPath(path);
  return clean.length > 1 && clean.startsWith('/') ? clean.slice(1) : clean;
}

/** The most lines of an ignore file that are rules. */
const mostRules = 100_000;

/**
 * Docker's ignore rules (moby/patternmatcher, MatchesOrParentMatches): the last rule that matches the path or a
 * directory above it decides. Throws `ignore-invalid`, also later, where rules and paths would take too long.
 */
export function ignoreMatcher(lines: readonly string[]): IgnoreMatcher {
  const rules = lines
    .map(trimSpace)
    .filter((line) => line !== '')
    .map(cleanPath);
  if (rules.length > mostRules) throw tooMany(`there are more than ${mostRules} rules`);
  const negated = rules.map((line) => line.startsWith('!'));
  const { last } = bounded(() => createRules(rules.values().map(compile)));
  const lastOf = withParents((path) => bounded(() => last(path)));
  return (path) => {
    const number = lastOf(path);
    return number >= 0 && !negated[number];
  };
}

/** How many directories are remembered: the walk needs those above where it is, which may be two thousand. */
const remembered = 5000;

/** The last rule of a path or of one above it; a walk asks for those again and again. */
function withParents(last: (path: string) => number): (path: string) => number {
  const known = new Map<string, number>();
  const ofDirectory = (directory: string): number => {
    const found = known.get(directory);
    if (found !== undefined) return found;
    const number = Math.max(above(directory), last(directory));
    if (known.size >= remembered) known.clear();
    known.set(directory, number);
    return number;
  };
  // Most paths lie in the directory of the one before: to compare it takes less than to look it up.
  let latest = { directory: '', number: -1 };
  const above = (path: string): number => {
    const slash = path.lastIndexOf('/');
    if (slash <= 0) return -1;
    const directory = path.slice(0, slash);
    if (directory !== latest.directory) latest = { directory, number: ofDirectory(directory) };
    return latest.number;
  };
  return (path) => Math.max(above(path), last(path));
}

function compile(line: string): CompiledPattern {
  const negated = line.startsWith('!');
  try {
    if (line === '!') throw new SyntaxError('a single "!" says nothing');
    return compilePattern(negated ? line.slice(1) : line);
  } catch (error) {
    throw new KitwrightError(
      'ignore-invalid',
      `The pattern ${JSON.stringify(line)} in .kitignore is broken: ${messageOf(error)}.`,
      {
        cause: error,
        data: { pattern: line },
      },
    );
  }
}

function bounded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof SyntaxError ? tooMany(error.message) : error;
  }
}

function tooMany(why: string): KitwrightError {
  return new KitwrightError('ignore-invalid', `The rules in .kitignore are not followed: ${why}.`, {
    hint: 'Name directories instead of each file in them; names without wildcards take no time.',
  });
}
