import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { errnoOf } from '@kitwright/core/plugin';
import { type GitOptions, runGit } from './runGit.ts';

/**
 * Do the user's settings have a header for all hosts (`http.extraHeader`), or a login (`default` in `.netrc`)? A header is a
 * login mostly (Azure DevOps tells to set one), and any host to which a server or a repository leads would get it.
 */
export async function hasHeaderForAll(options: GitOptions): Promise<boolean> {
  if (hasLoginForAll(options.env['HOME'] || homedir())) return true;
  return runGit(['config', '--get-all', 'http.extraHeader'], options).then(
    (text) => text.trim() !== '',
    () => false,
  );
}

/** One that cannot be read may have one; curl and git-lfs read both names. */
function hasLoginForAll(home: string): boolean {
  return ['.netrc', '_netrc'].some((name) => {
    try {
      return /(?:^|\s)default(?:\s|$)/.test(readFileSync(join(home, name), 'utf8'));
    } catch (error) {
      return !['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '');
    }
  });
}
