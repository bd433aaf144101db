import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { cleanPath } from './cleanPath.ts';
import { compilePattern } from './patterns/compilePattern.ts';

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

/** Without the white space of Go's unicode.IsSpace at both ends. */
function trimSpace(text: string): string {
  return text.replace(/^(?:[^\S\ufeff]|\x85)+|(?:[^\S\ufeff]|\x85)+$/g, '');
}

function relative(path: string): string {
  const clean = path === '' ? '' : cleanPath(path);
  return clean.length > 1 && clean.startsWith('/') ? clean.slice(1) : clean;
}

/** Docker's ignore rules (moby/patternmatcher, MatchesOrParentMatches): the last rule that matches decides. */
export function ignoreMatcher(lines: readonly string[]): IgnoreMatcher {
  const patterns = lines
    .map(trimSpace)
    .filter((line) => line !== '')
    .map((line) => compile(cleanPath(line)));
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
  readonly matches: (path: string) => boolean;
  readonly negated: boolean;
}

function compile(line: string): Pattern {
  const negated = line.startsWith('!');
  try {
    if (line === '!') throw new SyntaxError('a single "!" says nothing');
    return { matches: compilePattern(negated ? line.slice(1) : line), negated };
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

function matchesOrParent({ matches }: Pattern, path: string): boolean {
  if (matches(path)) return true;
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    if (matches(path.slice(0, slash))) return true;
  }
  return false;
}
