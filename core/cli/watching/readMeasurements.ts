import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type CheckpointProgress, parseTrainerJson } from '@kitwright/core/internal';

/** How many bytes are read, from the end of the file. */
const maxBytes = 1024 * 1024;

/**
 * Progress and metrics from a file of the training: a JSON object, a list of them, or one per line, of which the last
 * one is used; or CSV with a line of names (Lightning's CSVLogger), of which the last number of each column is used.
 * `step` (or `epoch`) is the step, the other numbers are metrics. Undefined if there is none yet.
 */
export function readMeasurements(path: string): CheckpointProgress | undefined {
  const text = endOf(path);
  const found = /\.csv$/i.test(path) ? lastOfColumns(startOf(path), text) : (parse(text) ?? lastLine(text));
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
  return readPart(path, (size) => Math.max(0, size - maxBytes));
}

/** Reads `maxBytes` from an offset that depends on the size, in bytes. */
function readPart(path: string, from: (size: number) => number): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { size } = fstatSync(file);
    const offset = from(size);
    const bytes = Buffer.alloc(Math.min(size - offset, maxBytes));
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(file);
  }
}

function startOf(path: string): string {
  try {
    return readPart(path, () => 0);
  } catch {
    return '';
  }
}

/**
 * Rows of a training and of its evaluation each fill their own columns. The last line may be half written, and the
 * first one of a part cut off.
 */
function lastOfColumns(start: string, end: string): Readonly<Record<string, unknown>> | undefined {
  const names = (start.split(/\r?\n/)[0] ?? '').split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  const lines = end.split(/\r?\n/).slice(end.length < maxBytes ? 0 : 1, -1);
  const rows = lines.map((line) => line.split(',')).filter((row) => row.length === names.length);
  const values = names.flatMap((name, column) => {
    const found = rows.findLast((row) => isNumber(row[column] ?? ''))?.[column];
    return found === undefined ? [] : [[name.replaceAll(/[^\w]/g, '_'), toNumber(found)] as const];
  });
  return values.length ? Object.fromEntries(values) : undefined;
}

/** Characters of a cell that may be a number. */
const longestNumber = 100;

function isNumber(text: string): boolean {
  return (
    text.length <= longestNumber && /^\s*[+-]?(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+|nan|inf(?:inity)?)\s*$/i.test(text)
  );
}

function toNumber(text: string): number {
  const word = text.trim().toLowerCase();
  if (/inf/.test(word)) return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(word);
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
