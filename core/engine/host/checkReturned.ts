import { KitwrightError } from '../errors/KitwrightError.ts';
import { jsonText } from '../oci/jsonText.ts';
import type { Answer, Expected } from './Answer.ts';

/** Throws `plugin-failed` if what a method of a plugin gave is not what its capability says. */
export function checkReturned(value: unknown, answer: Answer, { plugin, what }: Returning): void {
  if (isPromise(value)) {
    if (answer.isAsync) return;
    // Nobody awaits it: its own rejection is handled here.
    value.then(undefined, () => undefined);
    throw failed(`gave a promise, where it must give ${answer.gives.what}: it may not be async`, { plugin, what });
  }
  const wrong = mismatch(value, answer.gives, '');
  if (!wrong) return;
  const { path, found, expected } = wrong;
  const gave = path === '' ? `gave ${shown(found)}, where it must give` : `gave ${path}: ${shown(found)}; it must be`;
  throw failed(`${gave} ${expected.what}`, { plugin, what });
}

/** Who gave it: the plugin, and its method as errors name it. */
export interface Returning {
  readonly plugin: string;
  readonly what: string;
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

function failed(reason: string, { plugin, what }: Returning): KitwrightError {
  return new KitwrightError('plugin-failed', `The plugin ${plugin}'s ${what} ${reason}.`, {
    data: { plugin, hook: what },
  });
}

interface Mismatch {
  /** Of the part that does not fit, with dots; empty for the whole. */
  readonly path: string;
  readonly found: unknown;
  readonly expected: Expected;
}

function mismatch(value: unknown, expected: Expected, path: string): Mismatch | undefined {
  if (!expected.fits(value)) return { path, found: value, expected };
  if (!expected.parts) return undefined;
  for (const [name, part] of Object.entries(expected.parts)) {
    const wrong = mismatch(Reflect.get(value as object, name), part, path === '' ? name : `${path}.${name}`);
    if (wrong) return wrong;
  }
  return undefined;
}

/** A short name for any value, of one line. */
function shown(value: unknown): string {
  if (isPromise(value)) return 'a promise';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  if (typeof value === 'string') return `the text ${jsonText(value.slice(0, 40))}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value).slice(0, 40);
}
