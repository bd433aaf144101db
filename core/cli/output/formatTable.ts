/** Columns separated by three blanks, the last one unpadded: Go's tabwriter(0, 2, 3, ' '). */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  const pad = (text: string, column: number, last: number) =>
    column === last ? text : text + ' '.repeat((widths[column] ?? 0) + 3 - widthOf(text));
  return rows.map((row) => row.map((text, column) => pad(text, column, row.length - 1)).join('')).join('\n');
}

/** Width in characters, as Go's tabwriter counts them. */
function widthOf(text: string): number {
  return [...text].length;
}
