import type { BytePath } from './bytePath.ts';
import { textOf } from './bytePath.ts';

/** A path as it is shown: control characters are escaped, so that it stays on its line. */
export function displayPath(path: BytePath): string {
  return escapeControls(textOf(path));
}

// C0, DEL, C1, and the signs that reorder or hide text (Unicode bidirectional controls, line separators).
const control = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Escapes control characters, so that text from outside cannot steer a terminal. Newlines too unless `lines` is set.
 */
export function escapeControls(text: string, lines: 'escape' | 'keep' = 'escape'): string {
  return text.replace(control, (character) => {
    if (lines === 'keep' && (character === '\n' || character === '\t')) return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
