import type { ExtractStreamJob, ExtractStreamResult } from '../jobs.ts';
import { readTar, type TakeEntry } from '../readTar.ts';
import { decompressRecipe } from './decompressRecipe.ts';
import { createEntryWriter, createFile, type EntryWriter, writeFully, writing } from './entryWriter.ts';

/**
 * Writes the entries of a compressed layer while it is decompressed, and gives the digest of its plain bytes. Modes are
 * subject to the umask, as with `kit`. Throws `unpack-exists`, `unpack-refused`, `kit-malformed`, `disk-full`,
 * `cancelled`.
 */
export async function extractStream(job: ExtractStreamJob): Promise<ExtractStreamResult> {
  const { raw } = job;
  using entries = createEntryWriter(job);
  const take = takeInto(entries);
  const diffId = await decompressRecipe(job, (blocks) =>
    raw ? take({ ...raw, type: 'file', size: 0, offset: 0 }, blocks) : readTar(blocks, take),
  );
  return { ...entries.result(), diffId };
}

function takeInto(entries: EntryWriter): TakeEntry {
  return async (entry, content) => {
    const to = entries.place(entry);
    const { path, mode } = entry;
    using file = to === undefined ? undefined : writing(path, () => createFile(to, mode));
    for await (const bytes of content) if (file) writing(path, () => writeFully(file.fd, bytes));
  };
}
