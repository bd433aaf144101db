import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type CheckpointProgress, parseTrainerJson } from '@kitwright/core/internal';

/** How many bytes are read, from the end of the file. */
const maxBytes = 1024 * 1024;

/**
 * Progress and metrics from a file of the training: a JSON object, a list of them, or one per line; the last one is
 * used. `step` (or `epoch`) is the step, the other numbers are metrics. Undefined if there is none yet.
 */
export function readMeasurements(path: string): CheckpointProgress | undefined {
  const text = endOf(path);
  const found = parse(text) ?? lastLine(text);
  if (!found) return undefined;
  const { step, epoch, ...metrics } = numbersIn(found);
  return { step: Math.trunc([step, epoch].find(Number.isFinite) ?? 0), metrics };
}

/** In UTF-16, whole or appended to other text, names and numbers are ASCII with NULs between. */
function endOf(path: string): string {
  try {
    return readEnd(path).replaceAll(/[\0\ufeff\ufffd]/g, '');
  } catch {
    // It does not exist yet, or is being replaced.
    return '';
  }
}

function readEnd(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, maxBytes));
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, size - bytes.length));
  } finally {
    closeSync(file);
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseTrainerJson(text);
    const last: unknown = Array.isArray(value) ? value.at(-1) : value;
    return typeof last === 'object' && last !== null ? (last as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The last line that is an object: a line may be half written. */
function lastLine(text: string): Readonly<Record<string, unknown>> | undefined {
  for (const line of text
    .trimEnd()
    .split(/[\r\n]+/)
    .toReversed()) {
    const found = parse(line);
    if (found) return found;
  }
  return undefined;
}

function numbersIn(values: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, number] => /^\w{1,64}$/.test(entry[0]) && typeof entry[1] === 'number',
    ),
  );
}
