import { readFileSync, statSync } from 'node:fs';
import { type CheckpointProgress, guessText } from '@kitwright/core/internal';

/** Bytes of the file that are read, from its end. */
const maxBytes = 1024 * 1024;

/**
 * What a training run wrote of itself: a JSON object, a list of them, or one in each line; the last counts. `step` (or
 * `epoch`) is the step, the other numbers are metrics. Undefined where there is none yet.
 */
export function readMeasurements(path: string): CheckpointProgress | undefined {
  const text = textIn(path);
  if (text === undefined) return undefined;
  const found = parse(text) ?? lastLine(text);
  if (!found) return undefined;
  const { step, epoch, ...metrics } = numbersIn(found);
  return { step: Math.trunc(step ?? epoch ?? 0), metrics };
}

/** Undefined where there is no file yet, or what leads there leads nowhere. */
function textIn(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? guessText(readFileSync(path)).slice(-maxBytes) : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const last: unknown = Array.isArray(value) ? value.at(-1) : value;
    return typeof last === 'object' && last !== null ? (last as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The last line that is an object: a line may be half written. */
function lastLine(text: string): Readonly<Record<string, unknown>> | undefined {
  for (const line of text.trimEnd().split('\n').toReversed()) {
    const found = parse(line);
    if (found) return found;
  }
  return undefined;
}

function numbersIn(values: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, number] => /^\w{1,64}$/.test(entry[0]) && Number.isFinite(entry[1]),
    ),
  );
}
