import { KitwrightError } from '../errors/KitwrightError.ts';

/** The largest Kitfile that is read, in bytes. */
export const maxKitfileSize = 16 * 1024 * 1024;

const unprintable = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/** Kitfile bytes to text: UTF-8 or UTF-16 with a byte order mark, printable characters only (YAML 1.1, 5.1). */
export function decodeText(bytes: Uint8Array, file: string): string {
  const refuse = (why: string, line?: number) =>
    new KitwrightError('kitfile-invalid', `${file}: ${why}.`, { source: { file, ...(line ? { line } : {}) } });
  if (bytes.byteLength > maxKitfileSize) throw refuse(`it has more than ${maxKitfileSize} bytes`);
  let text: string;
  try {
    text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw refuse('invalid UTF-8');
  }
  const bad = unprintable.exec(text);
  if (!bad) return text;
  const code = bad[0].codePointAt(0)?.toString(16).padStart(4, '0');
  throw refuse(`control characters are not allowed (U+${code})`, text.slice(0, bad.index).split('\n').length);
}

function encodingOf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | 'utf-8' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
