/**
 * A word of a command that a user may paste into a shell: names come from outside, and may hold signs that it obeys. Source:
 * POSIX, Shell Command Language, 2.2.2.
 */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
