import { decodeRecipe, type ProbeJob } from '../jobs.ts';
import { createMeter } from '../Meter.ts';
import { contentHashBytes, contentHasher } from './contentHasher.ts';
import { blockBytes, readPiece } from './readPiece.ts';

/** The content hashes of some files, 16 bytes each: much cheaper than SHA-256, for files that were only touched. */
export async function probeFiles(job: ProbeJob): Promise<Uint8Array> {
  const pieces = decodeRecipe(job.recipe);
  const hasher = await contentHasher(job.seed);
  const meter = createMeter(job.meter);
  const block = Buffer.allocUnsafeSlow(blockBytes);
  const hashes = new Uint8Array(pieces.length * contentHashBytes);
  pieces.forEach((piece, i) => {
    if (piece.kind === 'inline') return;
    hasher.init();
    readPiece(piece, block, meter, (bytes) => hasher.update(bytes));
    hashes.set(hasher.digest('binary'), i * contentHashBytes);
  });
  return hashes;
}
