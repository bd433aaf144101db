import { escapeControls } from '@kitwright/core/internal';

/** Columns separated by three blanks, the last one unpadded: Go's tabwriter(0, 2, 3, ' '). */
export function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  // The width of a cell is its width after escaping.
  const cells = rows.map((row) => row.map((text) => escapeControls(text)));
  // A kit may have half a million annotations: too many for the arguments of a function.
  const widths = (cells[0] ?? []).map((_, column) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[column] ?? '')), 0),
  );
  const pad = (text: string, column: number, last: number) =>
    column === last ? text : text + ' '.repeat((widths[column] ?? 0) + 3 - widthOf(text));
  return cells.map((row) => row.map((text, column) => pad(text, column, row.length - 1)).join(''));
}

/** Width in characters, as Go's tabwriter counts them. */
function widthOf(text: string): number {
  return [...text].length;
}
