import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, textOf } from '../files/bytePath.ts';
import { ignoreLines, ignoreMatcher } from '../files/ignoreMatcher.ts';
import { readText } from '../files/readText.ts';
import { kitfileNames } from './readKitfile.ts';

export interface IgnoreRules {
  readonly ignores: (path: BytePath) => boolean;
  /** A rule can bring back what lies below an ignored directory, so such directories must be walked. */
  readonly hasExceptions: boolean;
}

const ignoreFile = '.kitignore';

/** The rules of the directory's `.kitignore`; Kitfiles and `.kitignore` at the root never come back. */
export function readIgnoreRules(directory: string): IgnoreRules {
  const lines = ignoreLines(readText(join(directory, ignoreFile), 'ignore-invalid') ?? '');
  try {
    const matches = ignoreMatcher([...lines, ...kitfileNames, ignoreFile]);
    return { ignores: (path) => matches(textOf(path)), hasExceptions: lines.some((line) => line.startsWith('!')) };
  } catch (error) {
    if (!(error instanceof KitwrightError)) throw error;
    const line = lines.indexOf(String(error.data['pattern'])) + 1;
    throw new KitwrightError('ignore-invalid', error.message, {
      data: error.data,
      cause: error.cause,
      source: { file: join(directory, ignoreFile), ...(line > 0 ? { text: String(error.data['pattern']) } : {}) },
    });
  }
}
