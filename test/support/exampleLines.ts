import { readFileSync } from 'node:fs';

/** The two commands with which an example runs: the first block of its page. Throws if these are not two. */
export function exampleLines(name: string): readonly [first: string, second: string] {
  const page = readFileSync(new URL(`../../examples/${name}/README.md`, import.meta.url), 'utf8');
  const [, lines = ''] = /^```sh\n([^`]*)\n```$/m.exec(page) ?? [];
  const [first, second, ...more] = lines.split('\n');
  if (first === undefined || second === undefined || more.length)
    throw new Error(`${name} does not run in two commands.`);
  return [first, second];
}
