import { refuseTar } from './refuseTar.ts';
import { blockSize, paddingOf, type TarEntry } from './tarHeader.ts';
import { checkPadding, createTarRules, type IndexedEntry, isZero } from './tarRules.ts';

/** Reads `length` bytes of an uncompressed layer from `offset`. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/**
 * Lists the entries of an uncompressed tar of `size` bytes, from a header at `from` on, without reading contents. What
 * is not whole is refused: a tar without an end, or with data behind it. Throws `kit-malformed`, `unpack-refused`.
 */
export function* tarIndex(readAt: ReadAt, size: number, from = 0): Generator<IndexedEntry> {
  const rules = createTarRules();
  for (let offset = from; ; ) {
    const content = offset + blockSize;
    if (content > size) throw refuseTar('it ends without an end marker');
    const found = rules.header(bufferOf(readAt(offset, blockSize)), content);
    if (found.step === 'end') return checkEnd(readAt, content, size);
    const bytes = found.step === 'entry' ? found.entry.size : found.size;
    if (content + bytes > size) throw refuseTar('it ends within a file');
    if (found.step === 'entry') yield found.entry;
    else rules.extended(bufferOf(readAt(content, bytes)));
    offset = content + bytes + paddingOf(bytes);
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes that are read at a time behind the last entry. */
const endBytes = 64 * 1024;

/** Behind the last entry there are zeros only: another reader might find entries in what is no zero. */
function checkEnd(readAt: ReadAt, from: number, size: number): void {
  if (size % blockSize) throw refuseTar('it ends within a block');
  checkPadding(size - from);
  for (let at = from; at < size; at += endBytes)
    if (!isZero(readAt(at, Math.min(endBytes, size - at)))) throw refuseTar('there is data behind its end');
}

/** Where the header after an entry starts. */
export function endOf({ offset, size }: IndexedEntry): number {
  return offset + size + paddingOf(size);
}

/** The one entry of a layer of `size` bytes that is no tar. */
export function wholeEntry(file: Pick<TarEntry, 'path' | 'mode'>, size: number): IndexedEntry {
  return {
    ...file,
    type: 'file',
    size,
    offset: 0,
  };
}
