import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * The comment by which editors find the schema of the Kitfile in `directory`: a path inside the project, which is the
 * same on every machine. Empty if the project does not have Kitwright installed: then the Kitfile has the bytes of
 * `kit`.
 */
export function schemaLine(directory: string): string {
  const from = resolve(directory);
  const found = schemaAbove(from);
  if (found === undefined) return '';
  const path = relative(from, found).split(sep).join('/');
  return `# yaml-language-server: $schema=${path.startsWith('.') ? path : `./${path}`}\n`;
}

const schema = join('node_modules', 'kitwright', 'kitfile.schema.json');

/** The nearest `node_modules` that has Kitwright's schema, from a directory upwards. */
function schemaAbove(directory: string): string | undefined {
  const path = join(directory, schema);
  if (existsSync(path)) return path;
  const parent = dirname(directory);
  return parent === directory ? undefined : schemaAbove(parent);
}
