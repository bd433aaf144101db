import { basename, dirname, extname } from 'node:path/posix';

export interface SkillNames {
  /** From the front matter of its SKILL.md. */
  readonly declared: string | undefined;
  /** From the Kitfile. */
  readonly prompt: string | undefined;
  readonly path: string;
  /** The kit's repository. */
  readonly repository: string;
}

/**
 * The folder of a skill: what it calls itself, else the Kitfile's name, else its path, else the repository, as in
 * `kit`.
 */
export function skillName({ declared, prompt, path, repository }: SkillNames): string {
  return (
    nameIn(declared ?? '') ||
    nameIn(prompt ?? '') ||
    byPath(path.replaceAll('\\', '/')) ||
    nameIn(basename(repository)) ||
    'unnamed-skill'
  );
}

const maxLength = 255;

/** What of a text can be the name of a skill: lower case, digits, dots, dashes, underscores. Empty if nothing can. */
function nameIn(text: string): string {
  return text
    .slice(0, 4 * maxLength)
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[.-]+|(?<![.-])[.-]+$/g, '')
    .slice(0, maxLength);
}

function byPath(path: string): string {
  if (path.endsWith('/')) return nameIn(basename(path));
  const file = basename(path);
  return file.toLowerCase() === 'skill.md' ? nameIn(basename(dirname(path))) : nameIn(basename(file, extname(file)));
}
