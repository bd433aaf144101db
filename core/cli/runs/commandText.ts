import { shellWord } from '@kitwright/core/internal';

/** Flags and variables whose values are secrets. */
const secretName = /(?:token|secret|passw(?:or)?d|pwd|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|auth)$/i;

/** Does a name say that its value is a secret? */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Secrets that are known by how they begin. */
const secretValue =
  /^(?:hf_|sk-|ghp_|gho_|ghs_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|AIza|eyJ)[\w.-]{8,}$|:\/\/[^/\s:@]*:[^/\s@]+@/;

/** Does a value look like a secret, whatever its name is? */
export function looksSecret(value: string): boolean {
  return secretValue.test(value);
}

/** What stands for a secret. */
export const hiddenValue = '***';

/** A command as it can be typed again; what looks like a secret is hidden. */
export function commandText(command: readonly string[]): string {
  return command.map((word, i) => shownWord(word, withoutSecret(word, command[i - 1]))).join(' ');
}

/** What stands for a secret is no word to type, and has no quotes. */
function shownWord(word: string, shown: string): string {
  if (shown === word) return shellWord(word);
  const name = shown.slice(0, -hiddenValue.length);
  return name ? `${shellWord(name)}${hiddenValue}` : hiddenValue;
}

function withoutSecret(word: string, before: string | undefined): string {
  const equals = word.indexOf('=');
  if (equals > 0) {
    const [name, value] = [word.slice(0, equals), word.slice(equals + 1)];
    return secretName.test(name) || secretValue.test(value) ? `${name}=${hiddenValue}` : word;
  }
  const isNamed = before !== undefined && /^--?\w/.test(before) && !before.includes('=') && secretName.test(before);
  return (isNamed && !word.startsWith('-')) || secretValue.test(word) ? hiddenValue : word;
}
