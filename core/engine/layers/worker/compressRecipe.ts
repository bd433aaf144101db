import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { systemError } from '../../errors/systemError.ts';
import { fsPath } from '../../files/bytePath.ts';
import { type CompressJob, type CompressResult, type DecompressJob, decodeRecipe } from '../jobs.ts';
import { createMeter, type Meter } from '../Meter.ts';
import type { Piece } from '../recipe.ts';
import { blockBytes, blocksOfFile } from './readPiece.ts';

/** Compresses a recipe into a new file; gives the digests before (diffId) and after. */
export async function compressRecipe(job: CompressJob): Promise<CompressResult> {
  const { compress } = await loadCompressor(job.module);
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  let size = 0;
  try {
    await pipeline(
      Readable.from(blocksOf(decodeRecipe(job.recipe), createMeter(job.meter))),
      tap((bytes) => void plain.update(bytes)),
      compress(),
      tap((bytes) => {
        packed.update(bytes);
        size += bytes.byteLength;
      }),
      createWriteStream(job.path, { flags: 'wx', mode: 0o600, flush: true }),
    );
  } catch (error) {
    await rm(job.path, { force: true });
    throw systemError(error, 'store-failed', 'write', job.path);
  }
  return { digest: `sha256:${packed.digest('hex')}`, diffId: `sha256:${plain.digest('hex')}`, size };
}

/** What the module of a compressor exports. */
export interface CompressorModule {
  readonly compress: () => Transform;
  readonly decompress: () => Transform;
}

export async function loadCompressor(module: string): Promise<CompressorModule> {
  return (await import(module)) as CompressorModule;
}

/** The bytes of a recipe, a block at a time; each block is fresh, since streams hold on to them. */
function* blocksOf(pieces: readonly Piece[], meter: Meter): Generator<Uint8Array> {
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

/** Decompresses a file into a new one; gives the diffId. Throws `unpack-refused` above the limit. */
export async function decompressFile(job: DecompressJob): Promise<string> {
  const { decompress } = await loadCompressor(job.module);
  const hash = createHash('sha256');
  const meter = createMeter(job.meter);
  let size = 0;
  const count = (bytes: Uint8Array) => {
    if (meter.cancelled()) throw new KitwrightError('cancelled', 'Cancelled.');
    size += bytes.byteLength;
    if (size > job.limit) throw tooLarge(job.limit);
    hash.update(bytes);
  };
  try {
    await pipeline(
      createReadStream(fsPath(job.source), { highWaterMark: blockBytes }),
      decompress(),
      tap(count),
      createWriteStream(job.path, { flags: 'wx', mode: 0o600 }),
    );
  } catch (error) {
    await rm(job.path, { force: true });
    throw systemError(error, 'kit-malformed', 'decompress', job.path);
  }
  return `sha256:${hash.digest('hex')}`;
}

export function tooLarge(limit: number): KitwrightError {
  return new KitwrightError('unpack-refused', `A layer expands to more than ${limit} bytes.`);
}
