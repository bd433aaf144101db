const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes as `kit` shows them: one decimal, rounded down; whole bytes below 1 KiB. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${(Math.floor((bytes / 1024 ** power) * 10) / 10).toFixed(1)} ${units[power]}`;
}
