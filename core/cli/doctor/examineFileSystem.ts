import { randomBytes } from 'node:crypto';
import { constants, copyFileSync, rmdirSync, statfsSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  fsPath,
  isLocalFileSystem,
  joinPath,
  makeDirectories,
  makePrivateDirectory,
  openDirectory,
  removeTree,
  textOf,
} from '@kitwright/core/internal';
import { formatSize } from '../output/formatSize.ts';
import type { Check } from './Check.ts';

/** f_type by name (linux/magic.h). */
const names: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'],
  [0xf2f52010, 'f2fs'],
  [0x2fc12fc1, 'zfs'],
  [0x6969, 'nfs'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x65735546, 'fuse'],
]);

const lowSpace = 5 * 1024 ** 3;

/** File system, time grain, free space and reflink of one directory. */
export function examineFileSystem(what: string, directory: string): readonly Check[] {
  makeDirectories(directory);
  const { type, bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  const local = isLocalFileSystem(directory);
  const grain = timeGrain(directory);
  return [
    {
      what: `${what}: file system`,
      state: local ? 'ok' : 'warning',
      found: `${names.get(type) ?? `0x${type.toString(16)}`}, ${directory}`,
      ...(local ? {} : { advice: 'It is not known to be local: it is scanned, not watched.' }),
    },
    {
      what: `${what}: time grain`,
      state: grain === 'below 1 ms' ? 'ok' : 'warning',
      found: grain,
      ...(grain === 'below 1 ms' ? {} : { advice: 'Files that changed lately are read again to be sure.' }),
    },
    {
      what: `${what}: free space`,
      state: free < lowSpace ? 'warning' : 'ok',
      found: formatSize(free),
      ...(free < lowSpace
        ? { advice: '"kitwright store gc" and "kitwright remove --all" free what is not needed.' }
        : {}),
    },
    {
      what: `${what}: reflink`,
      state: 'ok',
      found: canReflink(directory) ? 'yes: contents are stored without a copy' : 'no: contents are copied',
    },
  ];
}

/** Nanoseconds that a time keeps: a file system with whole seconds loses the fraction that is set. */
function timeGrain(directory: string): string {
  return (
    within(directory, (folder) => {
      const path = join(folder, 'a');
      writeFileSync(path, '', { flag: 'wx' });
      utimesSync(path, 1_700_000_000.123456, 1_700_000_000.123456);
      const fraction = statSync(path, { bigint: true }).mtimeNs % 1_000_000_000n;
      return fraction === 0n ? '1 s or more' : 'below 1 ms';
    }) ?? 'unknown (cannot write)'
  );
}

/** In a folder of our own, whoever else can write to the directory. */
function within<T>(directory: string, work: (folder: string) => T): T | undefined {
  try {
    using parent = openDirectory(directory);
    const name = `.kitwright-doctor-${randomBytes(8).toString('hex')}`;
    using folder = makePrivateDirectory(parent.path, name);
    try {
      return work(textOf(folder.path));
    } finally {
      // Through the handle: another directory may have the name by now.
      for (const file of ['a', 'b']) removeTree(folder.path, file);
      rmdirSync(fsPath(joinPath(parent.path, name)));
    }
  } catch {
    return undefined;
  }
}

function canReflink(directory: string): boolean {
  return (
    within(directory, (folder) => {
      writeFileSync(join(folder, 'a'), 'reflink', { flag: 'wx' });
      copyFileSync(join(folder, 'a'), join(folder, 'b'), constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
      return true;
    }) ?? false
  );
}
