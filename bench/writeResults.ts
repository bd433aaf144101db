import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import process from 'node:process';
import type { Row } from './Bench.ts';

/** The figures of a full run, for people to read. */
export function writeResults(path: string, pairs: number, rows: readonly Row[]): void {
  const met = rows.filter(({ ratio, goal }) => ratio <= goal).length;
  const lines = [
    '# Results of the last full run',
    '',
    `${new Date().toISOString().slice(0, 10)}, ${pairs} pairs a row, ${met} of ${rows.length} goals met. ${machine()}`,
    'Smaller ratios are better; times are medians. `README.md` says what each row is.',
    '',
    '| what | ratio | goal | | ours | against |',
    '|---|---|---|---|---|---|',
    ...rows.map(toLine),
    '',
  ];
  writeFileSync(path, lines.join('\n'));
}

function machine(): string {
  const gigabytes = (totalmem() / 1024 ** 3).toFixed(0);
  return `${cpus().length} processors (${cpus()[0]?.model.trim()}), ${gigabytes} GiB, ${type()} ${release()}, Node ${process.versions.node}.`;
}

function toLine({ what, ratio, goal, ours, theirs }: Row): string {
  const cells = [what, ratio.toFixed(2), goal.toFixed(2), ratio <= goal ? 'met' : 'not met', ours, theirs];
  return `| ${cells.join(' | ')} |`;
}
