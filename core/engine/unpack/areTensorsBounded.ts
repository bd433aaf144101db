import type { Tensor } from '../host/capabilities.ts';

/** Tensors of a file that are compared. */
const mostTensors = 100_000;

/** Bytes that are compared for each byte of the file: tensors may share some, as tied weights do. */
const mostReads = 16;

/**
 * May the tensors that a file claims to have be compared? They lie inside the file, and reading them all takes no longer
 * than reading it a few times: a small file may name the same bytes again and again.
 */
export function areTensorsBounded(tensors: readonly Tensor[], size: number): boolean {
  if (tensors.length > mostTensors) return false;
  const ranges = tensors.flatMap(({ bytes }) => (bytes ? [bytes] : []));
  const areInside = ranges.every(
    (range) => [range.offset, range.size].every(isCount) && range.offset + range.size <= size,
  );
  return areInside && ranges.reduce((sum, range) => sum + range.size, 0) <= size * mostReads;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
