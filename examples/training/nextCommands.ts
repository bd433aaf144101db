import { dirname, join, relative } from 'node:path';

/** Commands that work in the directory in which the user typed `npm start`. */
export function nextCommands(repository: string, store: string): readonly string[] {
  const here = process.env['INIT_CWD'] ?? process.cwd();
  const from = (path: string): string => relative(here, path) || '.';
  // npx finds the command, and the Node that it needs, in the given repository.
  const prefix = from(repository) === '.' ? '' : `--prefix ${quoted(from(repository))} `;
  const kitwright = `npx ${prefix}kitwright --config ${quoted(from(store))}`;
  const target = quoted(from(join(dirname(store), 'digits')));
  return [`${kitwright} list`, `${kitwright} unpack digits:latest -d ${target} -o`];
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
