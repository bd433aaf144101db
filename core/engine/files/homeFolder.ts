import { homedir } from 'node:os';

/**
 * The folder of the user; undefined where nobody knows it, as in a container whose user is only a number and has no
 * HOME.
 */
export function homeFolder(
  env: Readonly<Record<string, string | undefined>>,
  ofSystem: () => string = homedir,
): string | undefined {
  const named = env['HOME'] || env['USERPROFILE'];
  if (named) return named;
  try {
    return ofSystem() || undefined;
  } catch {
    return undefined;
  }
}
