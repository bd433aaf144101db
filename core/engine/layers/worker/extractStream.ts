import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { systemError } from '../../errors/systemError.ts';
import { fsPath } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import type { ExtractStreamJob, ExtractStreamResult } from '../jobs.ts';
import { createMeter } from '../Meter.ts';
import { readTar, type TakeEntry } from '../readTar.ts';
import { loadCompressor, tooLarge } from './compressRecipe.ts';
import { createEntryWriter, createFile, type EntryWriter, writeFully, writing } from './entryWriter.ts';
import { blockBytes } from './readPiece.ts';
import { pauseAfter } from './throttle.ts';

/**
 * Writes the entries of a compressed layer while it is decompressed, and gives the digest of its plain bytes. Modes are
 * subject to the umask, as with `kit`. Throws `unpack-exists`, `unpack-refused`, `kit-malformed`, `disk-full`,
 * `cancelled`.
 */
export async function extractStream(job: ExtractStreamJob): Promise<ExtractStreamResult> {
  const { decompress } = await loadCompressor(job.module);
  const hash = createHash('sha256');
  const entries = createEntryWriter(job);
  const take = takeInto(entries);
  try {
    await pipeline(
      createReadStream(fsPath(job.source), { highWaterMark: blockBytes }),
      decompress(),
      async (blocks: AsyncIterable<Uint8Array>) => {
        const plain = observed(blocks, job, (bytes) => void hash.update(bytes));
        await (job.raw ? take({ ...job.raw, type: 'file', size: 0, offset: 0 }, plain) : readTar(plain, take));
      },
    );
  } catch (error) {
    throw systemError(error, 'kit-malformed', 'decompress', displayPath(job.source));
  }
  return { ...entries.result(), diffId: `sha256:${hash.digest('hex')}` };
}

function takeInto(entries: EntryWriter): TakeEntry {
  return async (entry, content) => {
    const to = entries.place(entry);
    const { path } = entry;
    using file = to === undefined ? undefined : writing(path, () => createFile(to, entry.mode));
    for await (const bytes of content) if (file) writing(path, () => writeFully(file.fd, bytes));
  };
}

/** A small layer must not fill a disk. */
async function* observed(
  blocks: AsyncIterable<Uint8Array>,
  job: ExtractStreamJob,
  see: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const meter = createMeter(job.meter);
  let size = 0;
  for await (const bytes of blocks) {
    if (meter.cancelled()) throw new KitwrightError('cancelled', 'Cancelled.');
    size += bytes.byteLength;
    if (size > job.limit) throw tooLarge(job.limit);
    see(bytes);
    meter.add(bytes.byteLength);
    pauseAfter(bytes.byteLength);
    yield bytes;
  }
}
