import { openFile } from '@kitwright/core/plugin';
import { parts } from './changedFiles.ts';
import { type Hub, malformed } from './createHub.ts';
import type { HubDestination } from './hubDestination.ts';
import { apiOf } from './hubRepository.ts';
import type { LocalFile } from './localFiles.ts';

/** How many bytes of a file the hub sees, to tell text from other bytes. */
const sampleBytes = 512;

/** Asks which files are large ones, for LFS ("preupload"); the others go into the commit itself. Gives the paths. */
export async function askModes(
  hub: Hub,
  destination: HubDestination,
  files: readonly LocalFile[],
): Promise<ReadonlySet<string>> {
  const large = new Set<string>();
  const path = `${apiOf(destination)}/preupload/${encodeURIComponent(destination.branch)}`;
  for (const part of parts(files)) {
    const asked = await Promise.all(
      part.map(async (file) => ({ path: file.path, size: file.size, sample: await sampleOf(file) })),
    );
    const { body } = await hub.ask(path, { files: asked });
    const modes = modesIn(body, hub);
    for (const file of part) {
      const mode = modes.get(file.path);
      if (mode !== 'lfs' && mode !== 'regular')
        throw malformed(hub.host, `it does not say how to send ${JSON.stringify(file.path)}`);
      if (mode === 'lfs') large.add(file.path);
    }
  }
  return large;
}

async function sampleOf({ source }: LocalFile): Promise<string> {
  await using handle = await openFile(source);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0);
  return buffer.subarray(0, bytesRead).toString('base64');
}

function modesIn(body: unknown, { host }: Hub): ReadonlyMap<unknown, unknown> {
  const { files } = (body ?? {}) as { readonly files?: unknown };
  if (!Array.isArray(files)) throw malformed(host, 'it lists no files');
  return new Map(files.map((file) => [file?.path, file?.uploadMode]));
}
