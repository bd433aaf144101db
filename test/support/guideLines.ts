import { readFileSync } from 'node:fs';

/** The lines of a guide that people copy: the first block. Throws if it does not begin with them. */
export function guideLines(name: string): string {
  const guide = readFileSync(new URL(`../../core/cli/guides/${name}.md`, import.meta.url), 'utf8');
  const [, lines] = /^# .*\n\n```sh\n([^`]*)```/.exec(guide) ?? [];
  if (lines === undefined) throw new Error(`${name}.md does not begin with lines to copy.`);
  return lines;
}
