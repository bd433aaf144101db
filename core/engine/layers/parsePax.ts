import type { BytePath } from '../files/bytePath.ts';
import { refuseTar } from './refuseTar.ts';

/** What an extended header says of the entry after it; `size` is in bytes. */
export interface PaxFields {
  readonly path?: BytePath;
  readonly size?: number;
  /**
   * It has attributes that a system obeys: rights of its own (Linux, capabilities(7)), or words for overlayfs, which hide
   * what other layers have. They count in an image only.
   */
  readonly hasRights?: true;
}

/**
 * Reads the records of an extended header (POSIX.1-2017, pax, "pax Extended Header"). What readers of tar understand
 * differently is refused: a name twice, an empty path or size, sparse files. Throws `kit-malformed`.
 */
export function parsePax(bytes: Uint8Array): PaxFields {
  const records = recordsOf(Buffer.from(bytes).toString('latin1'));
  const [path, size] = [records.get('path'), records.get('size')];
  if (path === '') throw refuseTar('a PAX path is empty');
  if (size !== undefined && (!/^\d{1,16}$/.test(size) || !Number.isSafeInteger(Number(size))))
    throw refuseTar('a PAX size is no number');
  return {
    ...(path === undefined ? {} : { path }),
    ...(size === undefined ? {} : { size: Number(size) }),
    ...([...records.keys()].some((name) => obeyed.test(name)) ? { hasRights: true } : {}),
  };
}

/** Extended attributes (xattr(7)) as GNU tar and star, and as libarchive write them, but for those that only users read. */
const obeyed = /^(?:SCHILY|LIBARCHIVE)\.xattr\.(?!user\.(?!overlay\.))/;

/** Bytes in which the length and the name of a record must end. */
const maxName = 300;

function recordsOf(text: string): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const match = /^(\d{1,9}) ([^=]+)=/.exec(text.slice(at, at + maxName));
    const end = at + Number(match?.[1]);
    const start = at + (match?.[0].length ?? 0);
    // The length of a record includes itself: one that ends before its value would be read for ever.
    if (!match || end <= start || end > text.length || text[end - 1] !== '\n')
      throw refuseTar('a PAX record is broken');
    const name = match[2] ?? '';
    const value = text.slice(start, end - 1);
    if (records.has(name)) throw refuseTar('a PAX record stands twice');
    checkRecord(name, value);
    records.set(name, value);
    at = end;
  }
  return records;
}

/** What other readers need to be a number, where it is one. */
const numbers: Readonly<Record<string, RegExp>> = {
  uid: /^-?\d{1,18}$/,
  gid: /^-?\d{1,18}$/,
  mtime: /^-?\d{1,18}(?:\.\d*)?$/,
  atime: /^-?\d{1,18}(?:\.\d*)?$/,
  ctime: /^-?\d{1,18}(?:\.\d*)?$/,
};

const texts = new Set(['path', 'linkpath', 'uname', 'gname']);

/** Records that make other readers refuse the whole tar, or read another one. */
function checkRecord(name: string, value: string): void {
  if (name.startsWith('GNU.sparse.')) throw refuseTar('it holds a sparse file');
  if (name.includes('\0') || (texts.has(name) && value.includes('\0'))) throw refuseTar('a PAX record holds a NUL');
  const pattern = Object.hasOwn(numbers, name) ? numbers[name] : undefined;
  if (pattern && value !== '' && !pattern.test(value)) throw refuseTar(`a PAX ${name} is no number`);
}
