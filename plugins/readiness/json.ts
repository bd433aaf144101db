import type { Readiness, ReadinessAnswer, ReadinessFile } from '@kitwright/core/plugin';
import { notYet, ready } from './answers.ts';

/** Longer files (bytes) are only looked at behind. */
const maxScan = 1024 * 1024;

/**
 * JSON, UBJSON of XGBoost too: what the first byte opens is closed at the end. Not whether it is valid: configurations
 * have comments, and Python writes NaN.
 */
export const json: Readiness = {
  id: 'json',
  matches: (name) => /\.(?:json|ubj)$/.test(name),
  isCheckpoint: false,
  check,
};

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

function check({ path, size, read }: ReadinessFile): ReadinessAnswer {
  if (size === 0) return notYet('it is empty');
  const start = read(0, Math.min(size, 4096)).toString('latin1').trimStart();
  const wanted = closing[start.charAt(0)];
  if (wanted === undefined) return ready;
  const isText = !path.endsWith('.ubj');
  if (isText && size <= maxScan) return endOf(read(0, size).toString('latin1'));
  const end = read(Math.max(0, size - 4096), Math.min(size, 4096)).toString('latin1');
  return end.trimEnd().endsWith(wanted) ? ready : unfinished;
}

const unfinished = notYet('its end is not written yet');

/** Are all brackets outside of strings closed? What has comments is believed. */
function endOf(text: string): ReadinessAnswer {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      const end = endOfString(text, at);
      if (end === undefined) return unfinished;
      at = end;
    } else if (character === '/') return ready;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
  }
  return depth <= 0 ? ready : unfinished;
}

/** Where a string ends that begins at `from`; undefined if it does not. */
function endOfString(text: string, from: number): number | undefined {
  for (let at = from + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (character === '"') return at;
  }
  return undefined;
}
