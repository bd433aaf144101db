import type { BytePath } from '../files/bytePath.ts';
import type { Existing } from '../files/checkFree.ts';
import { encodePaths } from '../files/fileTable.ts';
import type { Fingerprint } from '../files/fingerprint.ts';
import { joinBytes, passingBytes } from '../files/passingBytes.ts';
import { type FilePiece, type Piece, pieceSize, type Recipe } from './recipe.ts';

/** Pieces as a few typed arrays in shared memory: they cross to any number of workers without a copy. */
export interface EncodedRecipe {
  /** Byte length of each piece. */
  readonly sizes: Float64Array;
  /** 0 = inline, 1 = file, 2 = file with a fingerprint, 3 = one that grows. */
  readonly kinds: Uint8Array;
  readonly offsets: Float64Array;
  /** dev, ino, mtimeNs, ctimeNs, mode of each piece of kind 2 and 3, in order. */
  readonly fingerprints: BigInt64Array;
  /** Paths of the file pieces, separated by NUL. */
  readonly paths: Uint8Array;
  readonly inline: Uint8Array;
}

export function encodeRecipe(recipe: Recipe): EncodedRecipe {
  const files = recipe.filter((piece) => piece.kind === 'file');
  const kinds = passingBytes(recipe.length);
  recipe.forEach((piece, i) => {
    kinds[i] = kindOf(piece);
  });
  return {
    sizes: numbers(recipe, pieceSize),
    kinds,
    offsets: numbers(recipe, (piece) => (piece.kind === 'inline' ? 0 : piece.offset)),
    fingerprints: encodeFingerprints(files),
    paths: encodePaths(files.map(({ path }) => path)),
    inline: joinBytes(recipe.flatMap((piece) => (piece.kind === 'inline' ? [piece.bytes] : []))),
  };
}

function kindOf(piece: Piece): number {
  if (piece.kind === 'inline') return 0;
  if (!piece.fingerprint) return 1;
  return piece.grows ? 3 : 2;
}

function numbers(recipe: Recipe, numberOf: (piece: Piece) => number): Float64Array {
  const encoded = new Float64Array(passingBytes(recipe.length * 8).buffer, 0, recipe.length);
  recipe.forEach((piece, i) => {
    encoded[i] = numberOf(piece);
  });
  return encoded;
}

const fingerprintWidth = 5;

function encodeFingerprints(files: readonly FilePiece[]): BigInt64Array {
  const fingerprints = files.flatMap(({ fingerprint }) => (fingerprint ? [fingerprint] : []));
  const encoded = new BigInt64Array(
    passingBytes(fingerprints.length * fingerprintWidth * 8).buffer,
    0,
    fingerprints.length * fingerprintWidth,
  );
  fingerprints.forEach(({ dev, ino, mtimeNs, ctimeNs, mode }, i) => {
    encoded.set([dev, ino, mtimeNs, ctimeNs, BigInt(mode)], i * fingerprintWidth);
  });
  return encoded;
}

export function decodeRecipe(encoded: EncodedRecipe): Piece[] {
  const paths = Buffer.from(encoded.paths.buffer, 0, encoded.paths.byteLength).toString('latin1').split('\0');
  let [file, fingerprint, inline] = [0, 0, 0];
  return Array.from(encoded.kinds, (kind, i): Piece => {
    const size = encoded.sizes[i] ?? 0;
    if (kind === 0) {
      inline += size;
      return { kind: 'inline', bytes: encoded.inline.subarray(inline - size, inline) };
    }
    const base = { kind: 'file', path: paths[file++] ?? '', offset: encoded.offsets[i] ?? 0, size } as const;
    if (kind === 1) return base;
    fingerprint += fingerprintWidth;
    const found = fingerprintAt(encoded.fingerprints, fingerprint - fingerprintWidth, size);
    return { ...base, fingerprint: found, ...(kind === 3 ? { grows: true } : {}) };
  });
}

function fingerprintAt(fingerprints: BigInt64Array, at: number, size: number): Fingerprint {
  return {
    dev: fingerprints[at] ?? 0n,
    ino: fingerprints[at + 1] ?? 0n,
    size,
    mtimeNs: fingerprints[at + 2] ?? 0n,
    ctimeNs: fingerprints[at + 3] ?? 0n,
    mode: Number(fingerprints[at + 4] ?? 0n),
  };
}

/** 64 bits that seed xxHash3, as two halves. Kept in the store, so that nobody can prepare colliding files. */
export type Seed = readonly [low: number, high: number];

/** Where a worker writes a piece that gets a file of its own. */
export function objectPath(packPath: string, index: number): string {
  return `${packPath}.${index}`;
}

/**
 * Files up to this many bytes are read and hashed many together, and stored together in a pack; larger ones get a file of
 * their own.
 */
export const packLimit = 256 * 1024;

/** Bytes of a SHA-256. */
export const digestBytes = 32;

/** Asks a worker for the digest of a recipe. */
export interface HashJob {
  readonly recipe: EncodedRecipe;
  readonly meter: SharedArrayBuffer;
  /** Content hashes are wanted; without it only SHA-256 is computed. */
  readonly seed?: Seed;
  /** Files above this many bytes get no content hash, unless they are written too. */
  readonly contentLimit?: number;
  /**
   * For each piece: 1 = append its bytes to the pack file, 2 = write them to a file of their own (`objectPath`). With
   * `inMemory` the pack is no file, but comes with the result.
   */
  readonly pack?: { readonly path: string; readonly wanted: Uint8Array; readonly inMemory: boolean };
  /** Keep midstates under this name, and go on from those that an earlier job left. */
  readonly midstates?: string;
  /** SHA-256 of small files is wanted too: of each piece with a 1. */
  readonly digested?: Uint8Array;
  /** For each piece 16 bytes: its content hash where the caller trusts it. Zero = unknown. */
  readonly known?: Uint8Array;
}

export interface HashResult {
  readonly digest: string;
  readonly size: number;
  /** 16 bytes for each piece; zero for inline pieces. */
  readonly contents: Uint8Array;
  /** Offset in the pack file of each packed piece, else -1. */
  readonly packed: Float64Array;
  /** The pack, if it was wanted in memory. */
  readonly pack?: Uint8Array;
  /** SHA-256 of each piece of which it was wanted, 32 bytes; zero of what was not read. */
  readonly digests?: Uint8Array;
  /** Bytes that were read and hashed; less than `size` where a midstate was used. */
  readonly hashed: number;
  readonly thread: number;
}

/** Asks a worker for the content hashes of some files. */
export interface ProbeJob {
  readonly recipe: EncodedRecipe;
  readonly meter: SharedArrayBuffer;
  readonly seed: Seed;
}

/** Asks a worker for the SHA-256 of some files, each for itself. */
export interface DigestJob {
  readonly recipe: EncodedRecipe;
  readonly meter: SharedArrayBuffer;
  /** Content hashes are wanted too, to compare with those of another reader. */
  readonly seed?: Seed;
}

/** Content hashes and SHA-256 of files: 16 and 32 bytes for each piece. */
export interface DigestResult {
  readonly contents: Uint8Array;
  readonly digests: Uint8Array;
}

/**
 * The bytes that are there of a file that grows: a 64-bit counter, from the beginning on; negative = give up. Behind it stands which
 * of them lie in other files (`ownFiles.ts`).
 */
export type Available = SharedArrayBuffer;

/** Where the entries of a layer go in an unpack. */
export interface ExtractPlace {
  /** Where entries will go: only looked at. Absolute. */
  readonly target: BytePath;
  readonly existing: Existing;
  /** Where entries are written. Absolute. */
  readonly staging: BytePath;
  /** This unpack may have made directories in the target: whoever moves what was written knows which. */
  readonly mayHaveOurs?: boolean;
}

/**
 * Asks a worker to write entries of a layer into the staging folder of an unpack. Others may work on the same layer.
 */
export interface ExtractJob extends ExtractPlace {
  /** The plain bytes of the layer. With `available` one file that is still being written. */
  readonly recipe: EncodedRecipe;
  readonly available?: Available;
  /** The layer is no tar but the content of this one file. */
  readonly raw?: RawEntry;
  /** Shared by the workers of one layer: see `baton.ts`. */
  readonly baton: SharedArrayBuffer;
  readonly meter: SharedArrayBuffer;
}

export interface RawEntry {
  readonly path: BytePath;
  readonly mode: number;
}

/** What one worker wrote. Directories still have the mode of new ones: one that is not writable could not be filled. */
export interface ExtractResult {
  readonly files: number;
  readonly directories: readonly ExtractedDirectory[];
  /** Files that steer the tools of whoever works there, as far as they are named. */
  readonly steering: readonly BytePath[];
}

export interface ExtractedDirectory extends RawEntry {
  /** The target does not have it. */
  readonly isNew: boolean;
}

/** Asks a worker to write the entries of a compressed layer, in the order in which they come. */
export interface ExtractStreamJob extends ExtractPlace, CompressedLayer {
  /** The layer is no tar but the content of this one file. */
  readonly raw?: RawEntry;
}

export interface ExtractStreamResult extends ExtractResult {
  /** Of the plain bytes: what was written is only right if this is. */
  readonly diffId: string;
}

/** The module of a compressor (its URL), and the plugin that it is from: errors name both. */
export interface CompressorSource {
  readonly module: string;
  readonly plugin?: string | undefined;
}

/** Asks a worker to compress a recipe into a file. `module` exports `compress()`, a Transform. */
export interface CompressJob extends CompressorSource {
  readonly recipe: EncodedRecipe;
  readonly seed: Seed;
  readonly path: string;
  readonly meter: SharedArrayBuffer;
}

export interface CompressResult {
  readonly digest: string;
  readonly size: number;
  readonly diffId: string;
  /** 16 bytes for each piece; zero for inline pieces. */
  readonly contents: Uint8Array;
}

/** A compressed layer, wherever its bytes are. `module` exports `decompress()`, a Transform. */
export interface CompressedLayer extends CompressorSource {
  readonly recipe: EncodedRecipe;
  /** More plain bytes than this are refused. */
  readonly limit: number;
  readonly meter: SharedArrayBuffer;
}

/** Asks a worker to decompress a layer into a new file. */
export interface DecompressJob extends CompressedLayer {
  readonly path: string;
}

/** Asks a worker for the digest of a file that is still being written. */
export interface FollowJob {
  readonly path: BytePath;
  /** Bytes that the file will have. */
  readonly size: number;
  readonly available: Available;
}
