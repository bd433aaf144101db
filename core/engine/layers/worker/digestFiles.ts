import { createHash, hash } from 'node:crypto';
import type { IHasher } from 'hash-wasm';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { type DigestResult, decodeRecipe, type ProbeJob } from '../jobs.ts';
import { createMeter, type Meter } from '../Meter.ts';
import type { FilePiece } from '../recipe.ts';
import { contentHashBytes, contentHasher } from './contentHasher.ts';
import { blockBytes, readInto, readPiece } from './readPiece.ts';
import { pauseAfter } from './throttle.ts';

/** Bytes of a SHA-256. */
const digestBytes = 32;

/**
 * SHA-256 of some files, each for itself, while another thread hashes the layer that they make up. The content hash beside
 * it tells whether both threads read the same bytes. Throws `content-changed`, `file-unreadable`, `cancelled`.
 */
export async function digestFiles(job: ProbeJob): Promise<DigestResult> {
  const pieces = decodeRecipe(job.recipe);
  const hasher = await contentHasher(job.seed);
  const meter = createMeter(job.meter);
  const block = Buffer.allocUnsafeSlow(blockBytes);
  const contents = new Uint8Array(pieces.length * contentHashBytes);
  const digests = new Uint8Array(pieces.length * digestBytes);
  pieces.forEach((piece, i) => {
    if (piece.kind === 'inline') return;
    const { content, digest } =
      piece.size <= blockBytes ? small(piece, block, hasher) : large(piece, block, hasher, meter);
    if (piece.size <= blockBytes) noteRead(meter, piece.size);
    contents.set(content, i * contentHashBytes);
    digests.set(digest, i * digestBytes);
  });
  return { contents, digests };
}

interface FileHashes {
  readonly content: Uint8Array;
  readonly digest: Uint8Array;
}

function small(piece: FilePiece, block: Buffer, hasher: IHasher): FileHashes {
  readInto(piece, block, 0);
  const bytes = block.subarray(0, piece.size);
  return { content: hasher.init().update(bytes).digest('binary'), digest: hash('sha256', bytes, 'buffer') };
}

function large(piece: FilePiece, block: Buffer, hasher: IHasher, meter: Meter): FileHashes {
  const sha = createHash('sha256');
  hasher.init();
  readPiece(piece, block, meter, (bytes) => {
    hasher.update(bytes);
    sha.update(bytes);
  });
  return { content: hasher.digest('binary'), digest: sha.digest() };
}

function noteRead(meter: Meter, bytes: number): void {
  if (meter.cancelled()) throw new KitwrightError('cancelled', 'Cancelled.');
  meter.add(bytes);
  pauseAfter(bytes);
}
