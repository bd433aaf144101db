import { KitwrightError } from '../errors/KitwrightError.ts';
import type { BytePath } from '../files/bytePath.ts';
import { maxEntries } from './layerLimits.ts';
import { type PaxFields, parsePax } from './parsePax.ts';
import { parseTarBlock, type TarBlock, textField } from './parseTarBlock.ts';
import { refuseTar } from './refuseTar.ts';
import { blockSize, paddingOf, type TarEntry } from './tarHeader.ts';

/** Reads `length` bytes of an uncompressed layer from `offset`. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/** An entry and where its content starts in the layer, in bytes. */
export interface IndexedEntry extends TarEntry {
  readonly offset: number;
}

/**
 * Lists the entries of an uncompressed tar layer of `size` bytes, from a header at `from` on, without reading contents:
 * USTAR, PAX (`path`, `size`), GNU long names and large sizes. Links, devices and anything else are refused, and so is
 * what is not whole: a tar without an end, or with data behind it. Throws `kit-malformed`, `unpack-refused`.
 */
export function* tarIndex(readAt: ReadAt, size: number, from = 0): Generator<IndexedEntry> {
  let pending: PaxFields | undefined;
  for (let offset = from, count = 0; ; ) {
    if (offset + blockSize > size) throw refuseTar('it ends without an end marker');
    const bytes = bufferOf(readAt(offset, blockSize));
    if (isZero(bytes)) {
      if (pending) throw refuseTar('it ends after an extended header');
      return checkEnd(readAt, offset + blockSize, size);
    }
    const block = parseTarBlock(bytes);
    const content = offset + blockSize;
    if (isExtended(block)) {
      if (content + block.size > size) throw refuseTar('it ends within an extended header');
      pending = extend(pending, block, extendedBytes(readAt, content, block.size));
      offset = content + block.size + paddingOf(block.size);
      continue;
    }
    const entry = entryOf(block, pending, content);
    pending = undefined;
    if (content + entry.size > size) throw refuseTar('it ends within a file');
    checkCount(++count);
    yield entry;
    offset = endOf(entry);
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isZero(block: Uint8Array): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}

/** Bytes that are read at a time behind the last entry. */
const endBytes = 64 * 1024;

/** Behind the last entry there are zeros only: another reader might find entries in what is no zero. */
function checkEnd(readAt: ReadAt, from: number, size: number): void {
  for (let at = from; at < size; at += endBytes)
    if (!isZero(readAt(at, Math.min(endBytes, size - at)))) throw refuseTar('there is data behind its end');
}

function isExtended({ flag }: TarBlock): boolean {
  return flag === 'x' || flag === 'g' || flag === 'L';
}

/** Bytes that extended headers (PAX, GNU long names) may have. */
const maxExtended = 1024 * 1024;

function extendedBytes(readAt: ReadAt, offset: number, length: number): Buffer {
  if (length > maxExtended) throw refuseTar('an extended header is too large');
  return bufferOf(readAt(offset, length));
}

/** Readers disagree about which of several extended headers counts: one before an entry is enough. */
function extend(pending: PaxFields | undefined, { flag }: TarBlock, bytes: Buffer): PaxFields | undefined {
  if (flag === 'g') {
    const { path, size } = parsePax(bytes);
    if (path !== undefined || size !== undefined) throw refuseTar('a global header names a path or a size');
    return pending;
  }
  const fields = flag === 'x' ? parsePax(bytes) : { path: longName(bytes) };
  const isRepeated = (name: keyof PaxFields) => pending?.[name] !== undefined && fields[name] !== undefined;
  if (isRepeated('path') || isRepeated('size')) throw refuseTar('two extended headers stand before one entry');
  return { ...pending, ...fields };
}

function longName(bytes: Buffer): BytePath {
  const name = textField(bytes, 0, bytes.byteLength);
  if (name === '') throw refuseTar('a long name is empty');
  return name;
}

const types: Readonly<Record<string, TarEntry['type']>> = { '0': 'file', '\0': 'file', '5': 'directory' };

function entryOf(block: TarBlock, pending: PaxFields | undefined, offset: number): IndexedEntry {
  const type = types[block.flag];
  if (!type)
    throw new KitwrightError(
      'unpack-refused',
      `A tar layer holds an entry of type ${JSON.stringify(block.flag)}; only files and directories are unpacked.`,
    );
  const { path, size } = { path: block.path, size: block.size, ...pending };
  if (type === 'directory' && size > 0) throw refuseTar('a directory has content');
  if (type === 'file' && path.endsWith('/')) throw refuseTar('a file has the name of a directory');
  return { path: path.replace(/\/+$/, ''), type, mode: block.mode, size, offset };
}

/** Throws `kit-malformed` above the number of entries that a layer may have. */
export function checkCount(count: number): void {
  if (count > maxEntries) throw refuseTar('it has too many entries');
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
