import type { OciArchive } from '../store/ociArchive.ts';
import type { Reader, ReadTarget } from '../store/roles.ts';
import { fetchFrom } from '../store/streamOf.ts';

/** An archive, and for what it leaves out because the other side has it (`--since`), the store. */
export function archiveSource(archive: OciArchive, store: ReadTarget & Reader): OciArchive {
  const read: Reader['read'] = async (descriptor, range, take) =>
    (await archive.exists(descriptor)) ? archive.read(descriptor, range, take) : store.read(descriptor, range, take);
  return {
    ...archive,
    exists: async (descriptor) => (await archive.exists(descriptor)) || store.exists(descriptor),
    read,
    fetch: fetchFrom(read),
    referrers: archive.referrers,
  };
}
