import type { JsonValue } from '../errors/JsonValue.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { jsonText } from './jsonText.ts';
import { type LabelBound, largestOf, parseBound, withinBounds } from './labelBounds.ts';
import type { IndexEntry, Labels, ModelIndex } from './modelIndex.ts';

const keyPattern = /^[A-Za-z0-9_][\w./-]*$/;

/** `key=text`, `key:=JSON`, or `key-` to drop it. Throws `index-label-invalid`. */
export function parseLabel(text: string): Label {
  const label = parse(text);
  if (!keyPattern.test(label.key)) throw invalid(text, 'its key must be letters, digits, ".", "_", "-" and "/"');
  return label;
}

interface Label {
  readonly key: string;
  /** Undefined = remove the label. */
  readonly value: JsonValue | undefined;
  /** Written as text, not as JSON. */
  readonly isText: boolean;
}

function parse(text: string): Label {
  const equals = text.indexOf('=');
  if (equals < 0 && text.endsWith('-')) return { key: text.slice(0, -1), value: undefined, isText: false };
  if (equals < 0) throw invalid(text, 'it has no "="');
  const isJson = text[equals - 1] === ':';
  const value = text.slice(equals + 1);
  return {
    key: text.slice(0, isJson ? equals - 1 : equals),
    value: isJson ? jsonOf(text, value) : value,
    isText: !isJson,
  };
}

function invalid(text: string, why: string): KitwrightError {
  return new KitwrightError('index-label-invalid', `Invalid label ${JSON.stringify(text)}: ${why}.`, {
    data: { label: text },
  });
}

function jsonOf(text: string, json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue;
  } catch (error) {
    throw new KitwrightError('index-label-invalid', `Invalid label ${JSON.stringify(text)}: its value is no JSON.`, {
      data: { label: text },
      cause: error,
    });
  }
}

/** Applies a list of changes to labels. */
export function changeLabels(labels: Labels, changes: readonly string[]): Labels {
  return changes.map(parseLabel).reduce<Labels>((all, { key, value }) => {
    const others = Object.entries(all).filter(([name]) => name !== key);
    return Object.fromEntries(value === undefined ? others : [...others, [key, value]]);
  }, labels);
}

/** The kits that have all the labels, and keep to all limits (`vram<=8GB`). Throws `index-label-invalid`. */
export function matching(index: ModelIndex, wanted: readonly string[]): readonly IndexEntry[] {
  const labels = wanted.filter((text) => !parseBound(text)).map(choiceOf);
  const equal = index.entries.filter((entry) =>
    labels.every((label) => Object.hasOwn(entry.labels, label.key) && fits(entry.labels[label.key], label)),
  );
  return withinBounds(equal, boundsIn(wanted));
}

function choiceOf(text: string): Label {
  const label = parseLabel(text);
  if (label.value === undefined) throw invalid(text, 'a choice needs a value');
  return label;
}

function boundsIn(wanted: readonly string[]): readonly LabelBound[] {
  return wanted.flatMap((text) => parseBound(text) ?? []);
}

/** A text also matches a number or boolean that is written like it. */
function fits(label: JsonValue | undefined, { value, isText }: Label): boolean {
  return label === value || jsonText(label) === (isText ? value : JSON.stringify(value));
}

/** The kit that was chosen. */
export interface Choice {
  readonly entry: IndexEntry;
  /** Which one it is, and why, where several kits fit. */
  readonly reason: string | undefined;
}

/**
 * The one kit that has the labels; with limits the largest that fits, by the first label that has a limit, then the next one.
 * Throws `index-selection`, which lists the kits.
 */
export function selectEntry(index: ModelIndex, wanted: readonly string[]): Choice {
  const [fitting, bounds] = [matching(index, wanted), boundsIn(wanted)];
  const found = largestOf(fitting, bounds);
  const [only] = found;
  if (only && found.length === 1) return { entry: only, reason: reasonFor(only, fitting.length, bounds) };
  const asked = wanted.length ? `the labels ${wanted.join(' ')}` : 'no labels';
  const choices = (found.length ? found : index.entries).map(shown).join('; ');
  throw new KitwrightError(
    'index-selection',
    `${found.length || 'No'} kit${found.length > 1 ? 's' : ''} of the index ${found.length > 1 ? 'have' : 'has'} ${asked}; exactly one must.`,
    { hint: choices ? `Choose with --label; there are: ${choices}.` : 'The index is empty.' },
  );
}

function reasonFor(entry: IndexEntry, fitting: number, bounds: readonly LabelBound[]): string | undefined {
  if (!bounds.length) return undefined;
  const limits = bounds.map(({ text }) => text).join(' ');
  const keys = [...new Set(bounds.map(({ key }) => key))].join(', then ');
  const why = fitting === 1 ? `the only kit with ${limits}` : `the largest ${keys} of ${fitting} kits with ${limits}`;
  return `${shown(entry)} (${why})`;
}

function shown({ labels }: IndexEntry): string {
  return (
    Object.entries(labels)
      .map(([key, value]) => `${key}=${typeof value === 'string' ? value : jsonText(value)}`)
      .join(' ') || '(no labels)'
  );
}
