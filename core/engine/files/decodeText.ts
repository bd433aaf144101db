import type { ErrorCode } from '../errors/codes.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';

/** The largest text file of a person that is read, in bytes. */
const maxTextBytes = 16 * 1024 * 1024;

/**
 * The text of a file that a person wrote: UTF-8, or UTF-16 with a byte order mark. A CR alone ends a line as LF does,
 * and becomes one. Anything else is refused with its line: no part of a text may be without effect unnoticed. Throws
 * `code`.
 */
export function decodeText(bytes: Uint8Array, file: string, code: ErrorCode): string {
  const encoding = encodingOf(bytes);
  const fault = faultIn(bytes, encoding);
  if (!fault) return decode(bytes, encoding);
  const line = decode(bytes.subarray(0, fault.offset), encoding).split('\n').length;
  throw new KitwrightError(code, `${file}: ${fault.why}.`, { source: { file, line }, hint: 'Save the file as UTF-8.' });
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** As the byte order mark says; nothing is guessed. */
function encodingOf([first, second]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** What is wrong with a text, and the byte at which it begins. */
interface Fault {
  readonly offset: number;
  readonly why: string;
}

function faultIn(bytes: Uint8Array, encoding: Encoding): Fault | undefined {
  if (bytes.byteLength > maxTextBytes) return { offset: 0, why: `it has more than ${maxTextBytes} bytes` };
  const faults = [encoding === 'utf-8' ? nulIn(bytes) : mixtureIn(bytes, encoding), invalidIn(bytes, encoding)];
  return faults.filter((fault) => fault !== undefined).sort((a, b) => a.offset - b.offset)[0];
}

function nulIn(bytes: Uint8Array): Fault | undefined {
  const offset = bytes.indexOf(0);
  return offset < 0 ? undefined : { offset, why: 'it holds a NUL, as UTF-16 without a byte order mark does' };
}

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/** Units that only the other byte order, or no text at all, has: NUL, swapped line ends and byte order mark. */
const foreignUnits: ReadonlySet<number> = new Set([0, lineFeed << 8, carriageReturn << 8, 0xfffe]);

/** A line of ASCII, or of the other byte order, that something appended to UTF-16: two letters read as one sign. */
function mixtureIn(bytes: Uint8Array, encoding: Encoding): Fault | undefined {
  const why = 'a part of it is not encoded as its beginning is';
  // Where the line begins, as long as all of it could be ASCII.
  let ascii: number | undefined = 2;
  for (let at = 2; at + 1 < bytes.byteLength; at += 2) {
    const [first, second] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
    const unit = encoding === 'utf-16le' ? first | (second << 8) : (first << 8) | second;
    if (foreignUnits.has(unit)) return { offset: at, why };
    if (unit === lineFeed || unit === carriageReturn) ascii = at + 2;
    else if (!isAsciiText(first) || !isAsciiText(second)) ascii = undefined;
    else if (ascii !== undefined && second === lineFeed) return { offset: ascii, why };
  }
  return ascii !== undefined && bytes.byteLength - ascii >= 4 ? { offset: ascii, why } : undefined;
}

function isAsciiText(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === lineFeed || byte === carriageReturn;
}

function invalidIn(bytes: Uint8Array, encoding: Encoding): Fault | undefined {
  if (decodes(bytes, encoding, false)) return undefined;
  let [valid, invalid] = [0, bytes.byteLength + 1];
  while (invalid - valid > 1) {
    const middle = Math.floor((valid + invalid) / 2);
    if (middle <= bytes.byteLength && decodes(bytes.subarray(0, middle), encoding, true)) valid = middle;
    else invalid = middle;
  }
  return { offset: valid, why: `invalid ${encoding === 'utf-8' ? 'UTF-8' : 'UTF-16'}` };
}

function decodes(bytes: Uint8Array, encoding: Encoding, stream: boolean): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}

function decode(bytes: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(encoding).decode(bytes).replaceAll(/\r(?!\n)/g, '\n');
}

/** A text that only helps to understand a project, such as a licence: what cannot be decoded is taken as it reads. */
export function guessText(bytes: Uint8Array): string {
  return decode(bytes, encodingOf(bytes));
}
