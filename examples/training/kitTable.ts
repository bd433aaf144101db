/** The event of a kit from `kitwright watch --json`; sizes in bytes, times in ms. */
export interface KitEvent {
  readonly type: 'kit';
  readonly count: number;
  readonly names: readonly string[];
  readonly bytesHashed: number;
  readonly elapsed: number;
  readonly metrics: { readonly loss?: number; readonly accuracy?: number };
  readonly layers: readonly { readonly path: string; readonly reused: boolean }[];
}

/** One line for each kit: the metrics of the training, and the cost of the kit. */
export function kitTable(kits: readonly KitEvent[]): string {
  const rows = [['kit', 'loss', 'accuracy', 'rebuilt', 'reused', 'hashed', 'time'], ...kits.map(rowOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rowOf(kit: KitEvent): readonly string[] {
  const { loss, accuracy } = kit.metrics;
  const rebuilt = rebuiltIn(kit).length;
  return [
    nameOf(kit),
    loss?.toFixed(4) ?? '-',
    accuracy === undefined ? '-' : `${(100 * accuracy).toFixed(1)} %`,
    layerCount(rebuilt),
    layerCount(kit.layers.length - rebuilt),
    mebibytes(kit.bytesHashed),
    seconds(kit.elapsed),
  ];
}

/** The name that belongs only to this kit, not the one that moves to the newest. */
function nameOf({ names }: KitEvent): string {
  return names.at(-1) ?? '';
}

function rebuiltIn({ layers }: KitEvent): readonly string[] {
  return layers.filter(({ reused }) => !reused).map(({ path }) => path);
}

function layerCount(count: number): string {
  return count === 1 ? '1 layer' : `${count} layers`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(2)} MiB`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** The line that is printed when a kit was made. */
export function kitLine(kit: KitEvent): string {
  const rebuilt = rebuiltIn(kit).join(', ') || 'nothing';
  return `  ${nameOf(kit)}  rebuilt ${rebuilt}  (${mebibytes(kit.bytesHashed)} hashed, ${seconds(kit.elapsed)})`;
}
