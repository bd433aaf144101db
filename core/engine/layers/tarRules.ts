import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, withoutLastSlashes } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { maxEntries } from './layerLimits.ts';
import { type PaxFields, parsePax } from './parsePax.ts';
import { parseTarBlock, type TarBlock, textField } from './parseTarBlock.ts';
import { refuseTar } from './refuseTar.ts';
import type { TarEntry } from './tarHeader.ts';

/** An entry and where its content starts in the tar, in bytes. */
export interface IndexedEntry extends TarEntry {
  readonly offset: number;
  /** See `PaxFields`. */
  readonly hasRights?: true;
}

/** What a header says of what follows it: nothing, so many bytes that belong to the next header, or an entry. */
export type TarStep =
  | { readonly step: 'end' }
  | { readonly step: 'extended'; readonly size: number }
  | { readonly step: 'entry'; readonly entry: IndexedEntry };

/** The rules of a tar from outside, header after header. */
export interface TarRules {
  /** `offset` is where the header ends. Throws `kit-malformed`, `unpack-refused`. */
  readonly header: (block: Buffer, offset: number) => TarStep;
  /** The bytes that a step `extended` announced. Throws `kit-malformed`. */
  readonly extended: (bytes: Buffer) => void;
}

/**
 * What is accepted of a tar from outside, for all that read one: USTAR, PAX (`path`, `size`), GNU long names and large
 * sizes; files and directories. What readers of tar understand differently is refused here, in `parseTarBlock` and in
 * `parsePax`.
 */
export function createTarRules(): TarRules {
  let pending: PaxFields | undefined;
  /** The flags of the extended headers before the next entry. */
  let flags = '';
  let count = 0;
  return {
    header: (bytes, offset) => {
      if (isZero(bytes)) {
        if (pending) throw refuseTar('it ends after an extended header');
        return { step: 'end' };
      }
      const block = parseTarBlock(bytes);
      if (isExtended(block)) {
        const size = extendedSize(block, flags);
        flags += block.flag;
        return { step: 'extended', size };
      }
      const entry = entryOf(block, pending, offset);
      pending = undefined;
      flags = '';
      checkCount(++count);
      return { step: 'entry', entry };
    },
    extended: (bytes) => {
      pending = extend(pending, flags.endsWith('x') ? parsePax(bytes) : { path: longName(bytes) });
    },
  };
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Bytes behind an end marker: GNU tar pads to 10 KiB, or to as much as it is told, up to some MiB. */
const mostPadding = 16 * 1024 * 1024;

/**
 * Throws `kit-malformed` for so many bytes behind an end marker that no writer makes them: a file without anything in it may
 * say that it has any number of zeros, and they would be read to see that.
 */
export function checkPadding(bytes: number): void {
  if (bytes > mostPadding) throw refuseTar(`there are ${bytes} bytes behind its end`);
}

function isExtended({ flag }: TarBlock): boolean {
  return flag === 'x' || flag === 'L';
}

/** Bytes that extended headers (PAX, GNU long names) may have; Go's archive/tar takes no more. */
const maxExtended = 1024 * 1024;

/** Readers disagree about which of several headers of one kind counts. */
function extendedSize({ flag, size }: TarBlock, before: string): number {
  if (size > maxExtended) throw refuseTar('an extended header is too large');
  if (size === 0) throw refuseTar('an extended header is empty');
  if (before.includes(flag)) throw refuseTar('two extended headers stand before one entry');
  return size;
}

function extend(pending: PaxFields | undefined, fields: PaxFields): PaxFields {
  if (pending?.path !== undefined && fields.path !== undefined)
    throw refuseTar('two extended headers name the path of one entry');
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
  const path = pending?.path ?? block.path;
  const size = pending?.size ?? block.size;
  if (type === 'directory' && size > 0) throw refuseTar('a directory has content');
  if (type === 'file' && path.endsWith('/')) throw refuseTar('a file has the name of a directory');
  const rights = pending?.hasRights ? { hasRights: true as const } : {};
  return { path: withoutLastSlashes(path), type, mode: block.mode, size, offset, ...rights };
}

/** Throws `kit-malformed` above the number of entries that a layer may have. */
export function checkCount(count: number): void {
  if (count > maxEntries) throw refuseTar('it has too many entries');
}

/** Looks for names that stand twice. */
export interface TarNames {
  /** Throws `kit-malformed`. */
  readonly check: (entry: Pick<TarEntry, 'path' | 'type' | 'mode'>) => void;
}

/**
 * Readers disagree about which of two entries of one name counts. A directory may be named again if nothing changes: so
 * some tars name the parents of each entry.
 */
export function createTarNames(): TarNames {
  const kinds = new Map<BytePath, string>();
  return {
    check: ({ path, type, mode }) => {
      const kind = type === 'directory' ? `directory ${mode}` : type;
      const known = kinds.get(path);
      if (known !== undefined && (known !== kind || type === 'file')) throw refuseTwice(path);
      kinds.set(path, kind);
    },
  };
}

function refuseTwice(path: BytePath): KitwrightError {
  return refuseTar(`${displayPath(path)} stands twice in it`);
}
