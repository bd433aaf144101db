import { KitwrightError } from '../errors/KitwrightError.ts';
import type { BytePath } from '../files/bytePath.ts';
import { maxEntries } from './layerLimits.ts';
import { blockSize, paddingOf, type TarEntry } from './tarHeader.ts';

/** Reads `length` bytes of an uncompressed layer from `offset`. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/** An entry and where its content starts in the layer, in bytes. */
export interface IndexedEntry extends TarEntry {
  readonly offset: number;
}

/**
 * Lists the entries of an uncompressed tar layer of `size` bytes, from a header at `from` on, without reading contents:
 * USTAR, PAX (`path`, `size`), GNU long names and large sizes. Links, devices and anything else are refused. Throws
 * `kit-malformed`, `unpack-refused`.
 */
export function* tarIndex(readAt: ReadAt, size: number, from = 0): Generator<IndexedEntry> {
  let pending: Pending = {};
  for (let offset = from, count = 0; offset + blockSize <= size; ) {
    const block = bufferOf(readAt(offset, blockSize));
    if (isZero(block)) return;
    checkChecksum(block);
    const flag = String.fromCharCode(block[156] ?? 0);
    const content = offset + blockSize;
    const length = numberField(block, 124, 12);
    if (flag === 'x' || flag === 'g' || flag === 'L') {
      if (content + length > size) throw refuse('it ends within an extended header');
      const bytes = meta(readAt, content, length);
      if (flag === 'x') pending = { ...pending, ...paxPending(bytes) };
      if (flag === 'L') pending = { ...pending, path: textField(bytes, 0, bytes.byteLength) };
      offset = content + length + paddingOf(length);
      continue;
    }
    const entry = entryOf(block, pending, content);
    pending = {};
    if (content + entry.size > size) throw refuse('it ends within a file');
    checkCount(++count);
    yield entry;
    offset = endOf(entry);
  }
}

interface Pending {
  readonly path?: BytePath;
  readonly size?: number;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isZero(block: Uint8Array): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}

function checkChecksum(block: Buffer): void {
  let sum = 8 * 0x20;
  for (let i = 0; i < 148; i++) sum += block[i] as number;
  for (let i = 156; i < blockSize; i++) sum += block[i] as number;
  if (sum !== numberField(block, 148, 8)) throw refuse('a header has a wrong checksum');
}

const space = 0x20;

function numberField(block: Buffer, offset: number, length: number): number {
  if ((block[offset] ?? 0) & 0x80) {
    // GNU base-256: the first byte is 0x80, the rest a big-endian number.
    let value = (block[offset] ?? 0) & 0x7f;
    for (let i = 1; i < length; i++) value = value * 256 + (block[offset + i] ?? 0);
    if (!Number.isSafeInteger(value)) throw refuse('a number is too large');
    return value;
  }
  const end = offset + length;
  let [at, value] = [offset, 0];
  while (at < end && block[at] === space) at++;
  for (; at < end && isOctal(block[at] as number); at++) value = value * 8 + ((block[at] as number) & 7);
  while (at < end && block[at] === space) at++;
  if (at < end && block[at] !== 0) throw refuse('a number is not octal');
  return value;
}

function refuse(why: string): KitwrightError {
  return new KitwrightError('kit-malformed', `A tar layer is not usable: ${why}.`);
}

function isOctal(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x37;
}

/** Throws `kit-malformed` above the number of entries that a layer may have. */
export function checkCount(count: number): void {
  if (count > maxEntries) throw refuse('it has too many entries');
}

/** Bytes that extended headers (PAX, GNU long names) may have. */
const maxMeta = 1024 * 1024;

function meta(readAt: ReadAt, offset: number, length: number): Buffer {
  if (length > maxMeta) throw refuse('an extended header is too large');
  return bufferOf(readAt(offset, length));
}

function paxPending(bytes: Uint8Array): Pending {
  const records = parsePax(bytes);
  const [path, size] = [records.get('path'), records.get('size')];
  if (path?.includes('\0')) throw refuse('a PAX path holds a NUL');
  if (size !== undefined && (!/^\d{1,16}$/.test(size) || !Number.isSafeInteger(Number(size))))
    throw refuse('a PAX size is no number');
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size: Number(size) }) };
}

function parsePax(bytes: Uint8Array): ReadonlyMap<string, BytePath> {
  const text = Buffer.from(bytes).toString('latin1');
  const records = new Map<string, BytePath>();
  for (let at = 0; at < text.length; ) {
    const match = /^(\d{1,9}) ([^=]+)=/.exec(text.slice(at, at + 300));
    const length = Number(match?.[1]);
    if (!match || at + length > text.length || text[at + length - 1] !== '\n') throw refuse('a PAX record is broken');
    records.set(match[2] ?? '', text.slice(at + match[0].length, at + length - 1));
    at += length;
  }
  return records;
}

function textField(block: Buffer, offset: number, length: number): BytePath {
  let end = offset;
  while (end < offset + length && block[end] !== 0) end++;
  return block.toString('latin1', offset, end);
}

const types: Readonly<Record<string, TarEntry['type']>> = { '0': 'file', '\0': 'file', '5': 'directory' };

function entryOf(block: Buffer, pending: Pending, offset: number): IndexedEntry {
  const flag = String.fromCharCode(block[156] ?? 0);
  const path = (pending.path ?? pathOf(block)).replace(/\/+$/, '');
  const type = types[flag];
  if (!type)
    throw new KitwrightError(
      'unpack-refused',
      `A tar layer holds an entry of type ${JSON.stringify(flag)}; only files and directories are unpacked.`,
    );
  const size = type === 'directory' ? 0 : (pending.size ?? numberField(block, 124, 12));
  return { path, type, mode: numberField(block, 100, 8) & 0o7777, size, offset };
}

function pathOf(block: Buffer): BytePath {
  const name = textField(block, 0, 100);
  const prefix = textField(block, 345, 155);
  if (prefix === '') return name;
  const isUstar = textField(block, 257, 6).startsWith('ustar') && textField(block, 263, 2) === '00';
  return isUstar ? `${prefix}/${name}` : name;
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
