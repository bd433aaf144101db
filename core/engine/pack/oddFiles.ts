import { type BytePath, baseOf, bytePath, joinPath, parentOf, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { targetFingerprint } from '../files/followPath.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { Plan } from '../host/nouns.ts';
import { namesOf, type PlannedName } from '../host/plannedTable.ts';
import { formatsOf, isJudged, judgeFile } from './judgeFile.ts';

/** A file or checkpoint that does not look complete, and why. */
export interface OddFile {
  readonly path: string;
  readonly reason: string;
}

/**
 * Limits on names that are checked and files that are opened: more would take longer than a pack in which nothing
 * changed.
 */
const [maxNames, maxOpened] = [10_000, 500];

/** The files of a plan that do not look complete; in a large plan only the first files are checked. */
export function oddFilesIn({ directory, layers }: Plan, capabilities: CapabilitySet): readonly OddFile[] {
  const files = layers.values().flatMap(namesOf).take(maxNames);
  const judged = files.flatMap((file) => judgedFile(file, directory, capabilities)).take(maxOpened);
  return [...judged].flatMap(({ shown, ...file }) => {
    const answer = judgeFile(file, capabilities);
    return answer.state === 'ready' ? [] : [{ path: shown, reason: answer.reason }];
  });
}

function judgedFile({ path, type, size, target }: PlannedName, directory: BytePath, capabilities: CapabilitySet) {
  if (type !== 'file') return [];
  const name = textOf(baseOf(path));
  const formats = formatsOf(name, capabilities);
  const isText = formats.length > 0 && formats.every(({ isCheckpoint }) => isCheckpoint === false);
  if (isText || !isJudged({ name, size }, formats)) return [];
  const at = target ?? joinPath(directory, path);
  const sizeOf = (name: string) => targetFingerprint(joinPath(parentOf(at), bytePath(name)))?.size;
  return [{ path: at, name, shown: displayPath(path), size, sizeOf }];
}

/** How many files are named. */
const shownNames = 5;

/** A sentence with the number and names of files that are packed although they do not look complete. */
export function oddFilesText(files: readonly OddFile[]): string {
  const names = files.slice(0, shownNames).map(({ path, reason }) => `${path} (${reason})`);
  const more = files.length > names.length ? `, and ${files.length - names.length} more` : '';
  const subject =
    files.length === 1
      ? '1 file does not look complete and is packed as it is'
      : `${files.length} files do not look complete and are packed as they are`;
  return `${subject}: ${names.join(', ')}${more}.`;
}
