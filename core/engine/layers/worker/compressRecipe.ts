import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { IHasher } from 'hash-wasm';
import { systemError } from '../../errors/systemError.ts';
import { passingBytes } from '../../files/passingBytes.ts';
import { compressorError } from '../compressorError.ts';
import { type CompressJob, type CompressResult, decodeRecipe } from '../jobs.ts';
import { createMeter, type Meter } from '../Meter.ts';
import type { Piece } from '../recipe.ts';
import { contentHashBytes, contentHasher } from './contentHasher.ts';
import { isOfSystem, openCompressor } from './openCompressor.ts';
import { blocksOfFile } from './readPiece.ts';
import { storeStream } from './storeStream.ts';

/** Compresses a recipe into a new file; gives the digests before (diffId) and after, and the content hash of each file. Throws `plugin-failed`, `store-failed`. */
export async function compressRecipe(job: CompressJob): Promise<CompressResult> {
  const compressor = await openCompressor(job, 'compress');
  const plain = createHash('sha256');
  const pieces = decodeRecipe(job.recipe);
  const contents = passingBytes(pieces.length * contentHashBytes);
  const hasher = await contentHasher(job.seed);
  try {
    const stored = await pipeline(
      Readable.from(hashedBlocks(pieces, createMeter(job.meter), hasher, contents)),
      tap((bytes) => void plain.update(bytes)),
      compressor,
      (chunks: AsyncIterable<Uint8Array>) => storeStream(chunks, job.path),
    );
    return { ...stored, diffId: `sha256:${plain.digest('hex')}`, contents };
  } catch (error) {
    throw isOfSystem(error)
      ? systemError(error, 'store-failed', 'write', job.path)
      : compressorError(job, 'compress', error);
  }
}

/** Notes the content hash of each file on the way: the next build finds changed files by it. */
function* hashedBlocks(pieces: readonly Piece[], meter: Meter, hasher: IHasher, contents: Uint8Array) {
  for (const [index, piece] of pieces.entries()) {
    hasher.init();
    for (const block of blocksOf([piece], meter)) {
      hasher.update(block);
      yield block;
    }
    if (piece.kind === 'file') contents.set(hasher.digest('binary'), index * contentHashBytes);
  }
}

/** The bytes of a recipe, a block at a time; each block is fresh, since streams hold on to them. */
export function* blocksOf(pieces: readonly Piece[], meter: Meter): Generator<Uint8Array> {
  for (const piece of pieces) {
    if (piece.kind === 'inline') yield piece.bytes;
    else yield* blocksOfFile(piece, meter);
  }
}

function tap(see: (bytes: Uint8Array) => void): Transform {
  return new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => {
      try {
        see(chunk);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
