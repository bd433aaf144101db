import { statSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError, type OpenContext } from '@kitwright/core/plugin';
import { checkLfsPlace } from './checkLfsPlace.ts';
import { checkRepeats, type SizedFile, tooMany } from './checkRepeats.ts';
import { type GitOptions, gitOutput, runGit } from './runGit.ts';
import { lookAtClone, lookAtLargeFiles, whileGrowing, withinPatience } from './whileGrowing.ts';

/**
 * Fetches the large files of a clone and puts them in the places of their pointers, when the place and what would come
 * of it were looked at. Throws `usage` without git-lfs, `remote-refused`.
 */
export async function pullLargeFiles(location: string, given: GitOptions, context: OpenContext): Promise<void> {
  try {
    await runGit(['lfs', 'version'], given);
  } catch (cause) {
    if (given.signal.aborted) throw cause;
    throw new KitwrightError('usage', 'The repository keeps large files in Git LFS, and git-lfs is not installed.', {
      cause,
      hint: 'Install git-lfs.',
    });
  }
  const options = await checkLfsPlace(location, given, context);
  await whileGrowing(options, lookAtLargeFiles(options), (watched) => runGit(['lfs', 'fetch', 'origin'], watched));
  // Any number of small pointers may stand for one large file.
  const list = (watched: GitOptions) => gitOutput(['lfs', 'ls-files', '--long'], watched, tooMany);
  checkRepeats(filesIn(await withinPatience(options, list), options));
  await whileGrowing(options, lookAtClone(options), (watched) => runGit(['lfs', 'checkout'], watched));
}

/** `oid SP * SP path`, or a dash for the star: what a pointer says of its size is not true if nothing was fetched. */
function filesIn(list: Buffer, { directory }: GitOptions): readonly SizedFile[] {
  const objects = join(directory, '.git', 'lfs', 'objects');
  return list
    .toString('latin1')
    .split('\n')
    .flatMap((line) => {
      const [, id] = /^([0-9a-f]{64}) [*-] /.exec(line) ?? [];
      return id === undefined ? [] : [{ id, size: sizeOf(join(objects, id.slice(0, 2), id.slice(2, 4), id)) }];
    });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
