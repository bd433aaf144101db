import { escapeControls } from '@kitwright/core/internal';

/** Characters of a cell before the last column: all rows are as wide as the longest, and a stranger may have written a million. */
const mostShown = 255;

/**
 * Columns separated by three blanks, the last one unpadded: Go's tabwriter(0, 2, 3, ' '). What is longer than a table can
 * show is shortened; `--json` has all of it.
 */
export function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  // The width of a cell is its width after escaping.
  const cells = rows.map((row) =>
    row.map((text, column) => (column === row.length - 1 ? escapeControls(text) : shortened(escapeControls(text)))),
  );
  // A kit may have half a million annotations: too many for the arguments of a function.
  const widths = (cells[0] ?? []).map((_, column) =>
    cells.reduce((most, row) => Math.max(most, column === row.length - 1 ? 0 : widthOf(row[column] ?? '')), 0),
  );
  const pad = (text: string, column: number, last: number) =>
    column === last ? text : text + ' '.repeat((widths[column] ?? 0) + 3 - widthOf(text));
  return cells.map((row) => row.map((text, column) => pad(text, column, row.length - 1)).join(''));
}

function shortened(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown - 3).replace(/[\ud800-\udbff]$/, '')}...` : text;
}

/** Width in characters, as Go's tabwriter counts them. */
function widthOf(text: string): number {
  return [...text].length;
}
