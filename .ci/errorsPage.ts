// Writes core/ERRORS.md from the table of codes: `npm run errors`.
import { writeFileSync } from 'node:fs';
import { type CodeInfo, codes } from '../core/engine/errors/codes.ts';
import { exitMeanings } from '../core/engine/errors/exitCodes.ts';

/** The text of core/ERRORS.md. */
export function errorsPage(): string {
  const statuses = Object.entries(exitMeanings).map(([status, meaning]) => row(status, meaning));
  const errors = Object.entries<CodeInfo>(codes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { exit, meaning, hint = '' }]) => row(`\`${code}\``, String(exit), meaning, hint));
  return `# Errors

Written by \`npm run errors\` from \`core/engine/errors/codes.ts\`.

Every error has a code, one sentence, the place of the mistake (file, line, column) where there is one, and a hint. Codes of plugins exit with 1.

| exit | meaning |
|---|---|
${statuses.join('\n')}

| code | exit | what happened | what to do |
|---|---|---|---|
${errors.join('\n')}
`;
}

export const errorsFile = new URL('../core/ERRORS.md', import.meta.url);

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (import.meta.main) writeFileSync(errorsFile, errorsPage());
