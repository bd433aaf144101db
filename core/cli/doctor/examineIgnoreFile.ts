import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytePath, readPlainFile } from '@kitwright/core/internal';
import { ignoreLines, ignoreMatcher, readIgnoreRules } from '@kitwright/core/internal/builds';
import { asKitwrightError } from '../output/errorText.ts';
import type { Check } from './Check.ts';

/** How much of a directory and of its `.kitignore` (bytes, patterns) is looked at, and how many patterns are named. */
const [mostEntries, mostBytes, mostPatterns, mostNamed] = [20_000, 1024 * 1024, 100, 5];

/**
 * Patterns of `.kitignore` without a slash match at the top only, other than those of `.gitignore`. Named are those that
 * would match something deeper.
 */
export function examineIgnoreFile(directory: string): readonly Check[] {
  try {
    return examinePatterns(directory);
  } catch (error) {
    return [{ what: '.kitignore', state: 'problem', found: asKitwrightError(error).message }];
  }
}

function examinePatterns(directory: string): readonly Check[] {
  const patterns = linesOf(directory)
    .filter((line) => !line.includes('/') && !line.startsWith('!'))
    .slice(0, mostPatterns);
  if (patterns.length === 0) return [];
  const { ignores } = readIgnoreRules(directory);
  const deeper = patterns.map((pattern) => ({ pattern, matches: ignoreMatcher([`**/${pattern}`]) }));
  const found = new Map<string, string>();
  for (const path of pathsBelow(directory, ignores))
    for (const { pattern, matches } of deeper)
      if (!found.has(pattern) && matches(bytePath(path))) found.set(pattern, path);
  if (found.size === 0) return [];
  const [[pattern, path] = ['', '']] = found;
  const named = [...found.keys()].slice(0, mostNamed).join(', ');
  return [
    {
      what: '.kitignore',
      state: 'warning',
      found: `${named}: ${found.size === 1 ? 'matches' : 'match'} at the top only, so that ${path} is packed`,
      advice: `A pattern without a slash is not for deeper directories: write **/${pattern} for all of them.`,
    },
  ];
}

function linesOf(directory: string): readonly string[] {
  try {
    return ignoreLines(readPlainFile(join(directory, '.kitignore'), mostBytes).toString('utf8'));
  } catch {
    // There is none, or pack says what is wrong with it.
    return [];
  }
}

function pathsBelow(directory: string, ignores: (path: string) => boolean): readonly string[] {
  const found: string[] = [];
  const folders = [''];
  for (const folder of folders)
    for (const entry of entriesOf(join(directory, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (ignores(bytePath(path))) continue;
      if (found.length >= mostEntries) return found;
      found.push(path);
      if (entry.isDirectory()) folders.push(path);
    }
  return found;
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}
