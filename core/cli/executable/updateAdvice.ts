import { isSea } from 'node:sea';
import { releases } from './newestRelease.ts';

/** How to get a newer executable; undefined where npm installed the command, by a way that only its user knows. */
export function updateAdvice(): string | undefined {
  return isSea() ? adviceFor(process.execPath) : undefined;
}

/** Homebrew and winget install into folders of their own. */
export function adviceFor(executable: string): string {
  if (/\/Cellar\/kitwright\//.test(executable)) return 'brew upgrade kitwright';
  if (/\\WinGet\\/i.test(executable)) return 'winget upgrade Kitwright.Kitwright';
  return releases;
}
