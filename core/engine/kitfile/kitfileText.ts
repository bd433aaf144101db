import { KitwrightError } from '../errors/KitwrightError.ts';
import { decodeText } from '../files/decodeText.ts';

const unprintable = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/** The text of a Kitfile: printable characters only (YAML 1.1, 5.1). Throws `kitfile-invalid`. */
export function kitfileText(bytes: Uint8Array, file: string): string {
  const text = decodeText(bytes, file, 'kitfile-invalid');
  const bad = unprintable.exec(text);
  if (!bad) return text;
  const code = bad[0].codePointAt(0)?.toString(16).padStart(4, '0');
  const line = text.slice(0, bad.index).split('\n').length;
  throw new KitwrightError('kitfile-invalid', `${file}: control characters are not allowed (U+${code}).`, {
    source: { file, line },
  });
}
