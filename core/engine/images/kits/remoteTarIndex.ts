import { refuseTar } from '../../layers/refuseTar.ts';
import { blockSize, paddingOf } from '../../layers/tarHeader.ts';
import { checkPadding, createTarRules, type IndexedEntry, isZero } from '../../layers/tarRules.ts';
import type { Content } from '../../store/roles.ts';

/** Bytes that are read at once: the first time, and at most, while what follows is wanted too. */
const [firstBytes, mostBytes] = [64 * 1024, 4 * 1024 * 1024];

/**
 * Lists the entries of a tar that lies elsewhere, as `tarIndex` does, by ranges: contents of large files are not read.
 * Throws `kit-malformed`, `unpack-refused` and what reading throws.
 */
export async function remoteTarIndex(
  content: Content,
  size: number,
  signal: AbortSignal,
): Promise<readonly IndexedEntry[]> {
  const rules = createTarRules();
  const readAt = windowOf(content, size, signal);
  const entries: IndexedEntry[] = [];
  for (let offset = 0; ; ) {
    const start = offset + blockSize;
    if (start > size) throw refuseTar('it ends without an end marker');
    const found = rules.header(await readAt(offset, blockSize), start);
    if (found.step === 'end') {
      await checkEnd(readAt, start, size);
      return entries;
    }
    const bytes = found.step === 'entry' ? found.entry.size : found.size;
    if (start + bytes > size) throw refuseTar('it ends within a file');
    if (found.step === 'entry') entries.push(found.entry);
    else rules.extended(await readAt(start, bytes));
    offset = start + bytes + paddingOf(bytes);
  }
}

type ReadFar = (offset: number, length: number) => Promise<Buffer>;

/** Behind the last entry there are zeros only. */
async function checkEnd(readAt: ReadFar, from: number, size: number): Promise<void> {
  if (size % blockSize) throw refuseTar('it ends within a block');
  checkPadding(size - from);
  for (let at = from; at < size; at += firstBytes)
    if (!isZero(await readAt(at, Math.min(firstBytes, size - at)))) throw refuseTar('there is data behind its end');
}

/** Reads ahead, the further the longer nothing is skipped. */
function windowOf(content: Content, size: number, signal: AbortSignal): ReadFar {
  let held: { readonly start: number; readonly bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  let ahead = firstBytes;
  const read = async (start: number, end: number): Promise<Buffer> => {
    signal.throwIfAborted();
    const parts: Buffer[] = [];
    await content.read({ start, end }, (bytes) => void parts.push(Buffer.from(bytes)));
    const all = Buffer.concat(parts);
    if (all.byteLength !== end - start) throw refuseTar('its end is missing');
    return all;
  };
  return async (offset, length) => {
    const heldEnd = held.start + held.bytes.byteLength;
    if (offset < held.start || offset + length > heldEnd) {
      ahead = offset <= heldEnd + firstBytes ? Math.min(ahead * 2, mostBytes) : firstBytes;
      const end = Math.min(size, Math.max(offset + length, offset + ahead));
      held = { start: offset, bytes: await read(offset, end) };
    }
    return held.bytes.subarray(offset - held.start, offset - held.start + length);
  };
}
