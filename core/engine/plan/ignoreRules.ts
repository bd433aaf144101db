import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { withDetails } from '../errors/withDetails.ts';
import { type BytePath, textOf } from '../files/bytePath.ts';
import { ignoreLines, ignoreMatcher } from '../files/ignoreMatcher.ts';
import { leadsOut } from '../files/leadsOut.ts';
import { readText } from '../files/readText.ts';
import { kitfileNames } from './readKitfile.ts';

export interface IgnoreRules {
  readonly ignores: (path: BytePath) => boolean;
  /** A rule can bring back what lies below an ignored directory, so such directories must be walked. */
  readonly hasExceptions: boolean;
}

const ignoreFile = '.kitignore';

/** What a killed unpack leaves: no kit may hold such a name. */
const stagingFolders = '.kitwright-unpack-*';

/**
 * The rules of the directory's `.kitignore`; Kitfiles and `.kitignore` at the root never come back. `at` leads to the
 * directory where it is open.
 */
export function readIgnoreRules(directory: string, at = directory): IgnoreRules {
  const [path, file] = [join(at, ignoreFile), join(directory, ignoreFile)];
  const text = readText(path, 'ignore-invalid', file) ?? '';
  const lines = ignoreLines(text);
  try {
    const matches = ignoreMatcher([...lines, ...kitfileNames, ignoreFile, stagingFolders]);
    return { ignores: (path) => matches(textOf(path)), hasExceptions: lines.some((line) => line.startsWith('!')) };
  } catch (error) {
    if (!(error instanceof KitwrightError)) throw error;
    const { pattern } = error.data;
    if (typeof pattern !== 'string') throw withDetails(error, { source: { file } });
    const position = positionOf(pattern, text);
    if (leadsOut(path, at)) throw foreignRule(file, position.line);
    throw new KitwrightError('ignore-invalid', error.message, {
      data: error.data,
      cause: error.cause,
      source: { file, ...position },
    });
  }
}

function foreignRule(file: string, line: number): KitwrightError {
  return new KitwrightError('ignore-invalid', `Line ${line} of the file to which .kitignore leads is no pattern.`, {
    source: { file, line },
    hint: 'The file lies outside of the packed directory, so its text is not shown.',
  });
}

/** The line of the file that gives the pattern. */
function positionOf(
  pattern: string,
  text: string,
): { readonly line: number; readonly column: 1; readonly text: string } {
  const all = text.split('\n');
  const line = all.findIndex((candidate) => ignoreLines(candidate)[0] === pattern);
  return { line: line + 1, column: 1, text: all[line] ?? '' };
}
