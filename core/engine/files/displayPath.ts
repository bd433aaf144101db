import type { BytePath } from './bytePath.ts';
import { textOf } from './bytePath.ts';

// C0, DEL, C1, and the signs that reorder or hide text (Unicode bidirectional controls, line separators).
const control = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Escapes control characters, so that text from outside cannot steer a terminal. Newlines too unless `lines` is set. */
export const escapeControls = (text: string, lines: 'escape' | 'keep' = 'escape'): string =>
  text.replace(control, (character) => {
    if (lines === 'keep' && (character === '\n' || character === '\t')) return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });

export const displayPath = (path: BytePath): string => escapeControls(textOf(path));
