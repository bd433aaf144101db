import { type GitOptions, runGit } from './runGit.ts';

/**
 * Do the user's settings have a header for all hosts (`http.extraHeader`)? It is a login mostly (Azure DevOps tells to set
 * one), and any host to which a server or a repository leads would get it.
 */
export async function hasHeaderForAll(options: GitOptions): Promise<boolean> {
  return runGit(['config', '--get-all', 'http.extraHeader'], options).then(
    (text) => text.trim() !== '',
    () => false,
  );
}
