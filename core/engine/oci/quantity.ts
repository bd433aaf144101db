/** A number with a unit: `8GB`, `16Gi`, `7B`, `0.5`. */
export interface Quantity {
  readonly number: number;
  /** In lower case: `g`, `gi`, `b`; empty if there is none. */
  readonly unit: string;
}

const pattern = /^(\d{1,15}(?:\.\d{1,15})?) ?([kmgtp]i?b?|b)?$/i;

/** Reads a quantity; undefined for what is none. */
export function parseQuantity(value: unknown): Quantity | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? { number: value, unit: '' } : undefined;
  const match = typeof value === 'string' ? pattern.exec(value.trim()) : null;
  return match ? { number: Number(match[1]), unit: unitOf(match[2] ?? '') } : undefined;
}

/** `GB` and `G` are one unit. */
function unitOf(text: string): string {
  return text.toLowerCase().replace(/(?<=.)b$/, '');
}

const powers: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4, p: 5 };

/**
 * The value of a quantity whose unit is `unit` if it has none. `GB` and `G` are 1000 to the power of 3, `GiB` and `Gi` 1024 to
 * the power of 3; `B` alone is a billion, as parameters are counted (`7B`).
 */
export function sizeOf(quantity: Quantity, unit = ''): number {
  const [prefix = '', i] = quantity.unit || unit;
  if (prefix === '') return quantity.number;
  if (prefix === 'b') return quantity.number * 1e9;
  return quantity.number * (i === 'i' ? 1024 : 1000) ** (powers[prefix] ?? 0);
}
