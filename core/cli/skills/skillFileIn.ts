import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The SKILL.md of a prompt, below its folder: the highest, which agents read. One that lies deeper must not say how the
 * skill is called before somebody is asked.
 */
export function skillFileIn(root: string): string | undefined {
  const names = (readdirSync(root, { recursive: true, encoding: 'utf8' }) as string[]).sort();
  const found = names.filter((name) => /(?:^|[/\\])SKILL\.md$/.test(name) && statSync(join(root, name)).isFile());
  return found.toSorted((a, b) => depthOf(a) - depthOf(b))[0];
}

function depthOf(path: string): number {
  return path.split(/[/\\]/).length;
}
