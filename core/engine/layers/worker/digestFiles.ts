import { createHash, hash } from 'node:crypto';
import type { IHasher } from 'hash-wasm';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { type DigestJob, type DigestResult, decodeRecipe, digestBytes } from '../jobs.ts';
import { createMeter, type Meter } from '../Meter.ts';
import type { FilePiece } from '../recipe.ts';
import { contentHashBytes, contentHasher } from './contentHasher.ts';
import { type FileWindow, openFileWindow, windowBytes } from './fileWindow.ts';
import { blockBytes, readInto, readPiece } from './readPiece.ts';
import { pauseAfter } from './throttle.ts';

/**
 * SHA-256 of some files, each for itself. Files that others may change have a fingerprint, and a content hash tells whether
 * another reader saw the same bytes; files of the store are read ahead, many at a time. Throws `content-changed`,
 * `file-unreadable`, `cancelled`.
 */
export async function digestFiles(job: DigestJob): Promise<DigestResult> {
  const pieces = decodeRecipe(job.recipe);
  const reader: Reader = {
    hasher: job.seed && (await contentHasher(job.seed)),
    meter: createMeter(job.meter),
    block: Buffer.allocUnsafeSlow(blockBytes),
  };
  using window = openFileWindow();
  const contents = new Uint8Array(pieces.length * contentHashBytes);
  const digests = new Uint8Array(pieces.length * digestBytes);
  pieces.forEach((piece, i) => {
    if (piece.kind === 'inline') return;
    const { content, digest } = isSmall(piece) ? small(piece, reader, window) : large(piece, reader);
    if (content) contents.set(content, i * contentHashBytes);
    digests.set(digest, i * digestBytes);
  });
  return { contents, digests };
}

interface Reader {
  readonly hasher: IHasher | undefined;
  readonly meter: Meter;
  readonly block: Buffer;
}

interface FileHashes {
  readonly content: Uint8Array | undefined;
  readonly digest: Uint8Array;
}

function isSmall({ size, fingerprint }: FilePiece): boolean {
  return size <= (fingerprint ? blockBytes : windowBytes);
}

function small(piece: FilePiece, { block, hasher, meter }: Reader, window: FileWindow): FileHashes {
  if (meter.cancelled()) throw new KitwrightError('cancelled', 'Cancelled.');
  if (piece.fingerprint) readInto(piece, block, 0);
  const bytes = piece.fingerprint ? block.subarray(0, piece.size) : window.read(piece.path, piece.offset, piece.size);
  const found = { content: hasher?.init().update(bytes).digest('binary'), digest: hash('sha256', bytes, 'buffer') };
  meter.add(piece.size);
  pauseAfter(piece.size);
  return found;
}

function large(piece: FilePiece, { block, hasher, meter }: Reader): FileHashes {
  const sha = createHash('sha256');
  hasher?.init();
  readPiece(piece, block, meter, (bytes) => {
    hasher?.update(bytes);
    sha.update(bytes);
  });
  return { content: hasher?.digest('binary'), digest: sha.digest() };
}
