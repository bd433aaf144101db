import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { systemError } from '../../errors/systemError.ts';
import type { DecompressJob } from '../jobs.ts';
import { decompressRecipe } from './decompressRecipe.ts';

/** Decompresses a layer into a new file; gives the diffId. Throws what `decompressRecipe` throws, and `disk-full`. */
export async function decompressFile(job: DecompressJob): Promise<string> {
  try {
    return await decompressRecipe(job, async (blocks) => {
      const file = createWriteStream(job.path, { flags: 'wx', mode: 0o600 });
      await pipeline(blocks, file);
    });
  } catch (error) {
    await rm(job.path, { force: true });
    throw systemError(error, 'kit-malformed', 'decompress', job.path);
  }
}
