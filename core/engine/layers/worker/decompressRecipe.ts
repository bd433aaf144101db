import { createHash, type Hash } from 'node:crypto';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { systemError } from '../../errors/systemError.ts';
import { compressorError } from '../compressorError.ts';
import { type CompressedLayer, decodeRecipe } from '../jobs.ts';
import { createMeter, type Meter } from '../Meter.ts';
import { type Recipe, recipeSize } from '../recipe.ts';
import { createRecipeReader } from '../recipeReader.ts';
import { refuseTar } from '../refuseTar.ts';
import { blocksOf } from './compressRecipe.ts';
import { isProgramming, openCompressor } from './openCompressor.ts';

/**
 * Decompresses a layer: `take` gets its plain bytes, in fresh blocks. Gives the digest of them. Throws `kit-malformed`,
 * `unpack-refused` above the limit, `cancelled`, and what `take` throws.
 */
export async function decompressRecipe(
  job: CompressedLayer,
  take: (blocks: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<string> {
  const [recipe, meter, hash] = [decodeRecipe(job.recipe), createMeter(job.meter), createHash('sha256')];
  const stream = await openCompressor(job, 'decompress');
  try {
    await pipeline(Readable.from(blocksOf(recipe, meter)), stream, (blocks: AsyncIterable<Uint8Array>) =>
      take(observed(blocks, job.limit, meter, hash)),
    );
  } catch (error) {
    if (isProgramming(error)) throw compressorError(job, 'decompress', error);
    throw systemError(error, 'kit-malformed', 'decompress', 'a layer');
  }
  checkAllRead(stream, recipe);
  return `sha256:${hash.digest('hex')}`;
}

async function* observed(
  blocks: AsyncIterable<Uint8Array>,
  limit: number,
  meter: Meter,
  hash: Hash,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const bytes of blocks) {
    if (meter.cancelled()) throw new KitwrightError('cancelled', 'Cancelled.');
    size += bytes.byteLength;
    // A small layer must not fill a disk.
    if (size > limit) throw new KitwrightError('unpack-refused', `A layer expands to more than ${limit} bytes.`);
    hash.update(bytes);
    yield bytes;
  }
}

/** Of no bytes: Node's compression may end with one. */
const emptyFrame = Buffer.from('28b52ffd2000010000', 'hex');

/** Node leaves zeros behind gzip unread, and all that follows the first frame of zstd; other readers do not. */
function checkAllRead(stream: Transform, recipe: Recipe): void {
  const size = recipeSize(recipe);
  const { bytesWritten = size } = stream as { readonly bytesWritten?: number };
  const rest = size - bytesWritten;
  if (rest === 0) return;
  using reader = createRecipeReader(recipe);
  if (rest !== emptyFrame.byteLength || !emptyFrame.equals(reader.readAt(bytesWritten, rest)))
    throw refuseTar('there is data behind its compressed end');
}
