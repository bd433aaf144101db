import type { JsonValue } from '../errors/JsonValue.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { IndexEntry } from './modelIndex.ts';
import { parseQuantity, type Quantity, sizeOf } from './quantity.ts';

/** A limit for a label, such as `vram<=8GB`. */
export interface LabelBound {
  readonly text: string;
  readonly key: string;
  readonly operator: '<=' | '>=' | '<' | '>';
  readonly limit: Quantity;
}

const form = /^([^<>=]*)(<=|>=|<|>)(.*)$/s;

/** Reads a limit; undefined for a label that must be equal. Throws `index-label-invalid`. */
export function parseBound(text: string): LabelBound | undefined {
  const [, key, operator, value] = form.exec(text) ?? [];
  if (key === undefined || operator === undefined) return undefined;
  const limit = parseQuantity(value);
  if (!limit) throw invalid(text, 'its limit must be a number, with or without a unit (8, 8GB, 16Gi, 7B)');
  return { text, key: key.trim(), operator: operator as LabelBound['operator'], limit };
}

function invalid(text: string, why: string): KitwrightError {
  return new KitwrightError('index-label-invalid', `Invalid label ${JSON.stringify(text)}: ${why}.`, {
    data: { label: text },
  });
}

/** The kits that keep to all limits. Throws `index-label-invalid` where units are missing. */
export function withinBounds(entries: readonly IndexEntry[], bounds: readonly LabelBound[]): readonly IndexEntry[] {
  for (const bound of bounds) checkUnits(entries, bound);
  return entries.filter((entry) => bounds.every((bound) => isWithin(labelOf(entry, bound.key), bound)));
}

/**
 * `8` next to `6GB` is 8 GB; next to `6GB` and `900MB` it could be either, and a label of 6 next to `8GB` could be anything. 0 needs no
 * unit.
 */
function checkUnits(entries: readonly IndexEntry[], { text, key, limit }: LabelBound): void {
  const found = entries.flatMap((entry) => parseQuantity(labelOf(entry, key)) ?? []);
  const units = new Set(found.filter(({ number }) => number !== 0).map(({ unit }) => unit));
  if (limit.unit && units.has('')) throw invalid(text, `a kit has ${key} without a unit, so it cannot be compared`);
  const words = [...units].map((unit) => unit || 'none').join(', ');
  if (!limit.unit && units.size > 1) throw invalid(text, `the kits have it in different units (${words})`);
}

function labelOf({ labels }: IndexEntry, key: string): JsonValue | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function isWithin(label: JsonValue | undefined, { operator, limit }: LabelBound): boolean {
  const found = parseQuantity(label);
  if (!found) return false;
  const [value, end] = [sizeOf(found, limit.unit), sizeOf(limit, found.unit)];
  if (operator === '<=') return value <= end;
  if (operator === '>=') return value >= end;
  return operator === '<' ? value < end : value > end;
}

/** Those with the largest value of the first label that has a limit, of these those with the largest of the second, and so on. */
export function largestOf(entries: readonly IndexEntry[], bounds: readonly LabelBound[]): readonly IndexEntry[] {
  return bounds.reduce((left, { key, limit }) => {
    const values = left.map((entry) =>
      sizeOf(parseQuantity(labelOf(entry, key)) ?? { number: 0, unit: '' }, limit.unit),
    );
    const largest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return left.filter((_, i) => values[i] === largest);
  }, entries);
}
