import type { BytePath } from '../files/bytePath.ts';
import { refuseTar } from './refuseTar.ts';

/** What an extended header says of the entry after it; `size` is in bytes. */
export interface PaxFields {
  readonly path?: BytePath;
  readonly size?: number;
}

/**
 * Reads the records of an extended header (POSIX.1-2017, pax, "pax Extended Header"). What readers of tar understand
 * differently is refused: a name twice, an empty path or size, sparse files. Throws `kit-malformed`.
 */
export function parsePax(bytes: Uint8Array): PaxFields {
  const records = recordsOf(Buffer.from(bytes).toString('latin1'));
  const [path, size] = [records.get('path'), records.get('size')];
  if (path !== undefined && (path === '' || path.includes('\0'))) throw refuseTar('a PAX path is empty or holds a NUL');
  if (size !== undefined && (!/^\d{1,16}$/.test(size) || !Number.isSafeInteger(Number(size))))
    throw refuseTar('a PAX size is no number');
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size: Number(size) }) };
}

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
    if (records.has(name)) throw refuseTar('a PAX record stands twice');
    if (name.startsWith('GNU.sparse.')) throw refuseTar('it holds a sparse file');
    records.set(name, text.slice(start, end - 1));
    at = end;
  }
  return records;
}
