import { type ImportFile, KitwrightError } from '@kitwright/core/internal';

/** Directories that are free, and so many for each file. */
const [freeDirectories, directoriesPerFile] = [100_000, 8];

/**
 * A path of 4 KB may lead through two thousand directories, each of which takes a block of the disk, and a repository of
 * kilobytes lists any number of such paths. Throws `remote-refused`.
 */
export function checkDirectories(files: readonly Pick<ImportFile, 'path'>[]): void {
  const most = freeDirectories + directoriesPerFile * files.length;
  let directories = 0;
  let before = '';
  for (const path of files.map(({ path }) => path).sort()) {
    directories += newDirectories(path, before);
    before = path;
  }
  if (directories <= most) return;
  throw new KitwrightError(
    'remote-refused',
    `The repository has ${files.length} files in ${directories} directories: it would fill the disk.`,
    { data: { directories }, hint: 'If that is right, download it yourself, and pack the directory.' },
  );
}

/** Slashes after what two paths have in common. */
function newDirectories(path: string, before: string): number {
  let [at, count] = [0, 0];
  while (at < path.length && path[at] === before[at]) at++;
  for (let slash = path.indexOf('/', at); slash >= 0; slash = path.indexOf('/', slash + 1)) count++;
  return count;
}
