import {
  appendFileSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Operations of a writer as random numbers; each is adapted to the files that exist. */
export interface FileOp {
  readonly kind:
    | 'create'
    | 'overwrite'
    | 'sameSizeOldTime'
    | 'append'
    | 'truncate'
    | 'rename'
    | 'renameOver'
    | 'moveDirectory'
    | 'remove'
    | 'removeDirectory'
    | 'hardLink'
    | 'touch';
  readonly pick: number;
  readonly other: number;
}

/** Applies one operation to the files below `root`, if it is possible. */
export function applyOp(root: string, op: FileOp): void {
  const files = filesIn(root);
  const directories = directoriesIn(root);
  const file = files[op.pick % Math.max(1, files.length)];
  const second = files[op.other % Math.max(1, files.length)];
  const directory = directories[op.pick % Math.max(1, directories.length)];
  const fresh = freshName(root, op);
  const content = `content ${op.pick} ${op.other}`.repeat(1 + (op.pick % 50));
  if (op.kind === 'create') {
    if (existsSync(fresh) || (existsSync(dirname(fresh)) && !statSync(dirname(fresh)).isDirectory())) return;
    mkdirSync(dirname(fresh), { recursive: true });
    writeFileSync(fresh, content);
  } else if (op.kind === 'moveDirectory') {
    if (directory) move(directory, join(root, `moved${op.other % 5}`));
  } else if (op.kind === 'removeDirectory') {
    if (directory) rmSync(directory, { recursive: true });
  } else if (file) {
    if (op.kind === 'overwrite') writeFileSync(file, content);
    else if (op.kind === 'sameSizeOldTime') sameSizeOldTime(file, op.other & 0xff);
    else if (op.kind === 'append') appendFileSync(file, content);
    else if (op.kind === 'truncate') truncateSync(file, op.other % (statSync(file).size + 1));
    else if (op.kind === 'rename') move(file, fresh);
    else if (op.kind === 'renameOver' && second && second !== file) renameSync(file, second);
    else if (op.kind === 'remove') rmSync(file);
    else if (op.kind === 'hardLink' && !existsSync(fresh) && existsSync(dirname(fresh))) linkSync(file, fresh);
    else if (op.kind === 'touch') utimesSync(file, new Date(), new Date());
  }
}

function filesIn(root: string): readonly string[] {
  return walk(root).filter((path) => lstatSync(path).isFile());
}

function walk(root: string): readonly string[] {
  return (readdirSync(root, { recursive: true, encoding: 'utf8' }) as string[]).sort().map((name) => join(root, name));
}

export function directoriesIn(root: string): readonly string[] {
  return walk(root).filter((path) => lstatSync(path).isDirectory());
}

function freshName(root: string, { pick, other }: FileOp): string {
  return join(root, ['', 'sub', 'sub/deep', 'more'][pick % 4] ?? '', `f${other % 20}`);
}

/** Moves `from` to a free path; a directory is never moved into itself. */
function move(from: string, to: string): void {
  if (to.startsWith(`${from}/`) || existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

/**
 * Changes bytes in place, keeps the size, and restores the old times of the file, which a weak fingerprint would not
 * notice.
 */
function sameSizeOldTime(path: string, value: number): void {
  const { atime, mtime, size } = statSync(path);
  const fd = openSync(path, 'r+');
  writeSync(fd, Buffer.alloc(Math.max(1, Math.min(size, 8)), value), 0, undefined, 0);
  closeSync(fd);
  utimesSync(path, atime, mtime);
}

export const fileOpKinds: readonly FileOp['kind'][] = [
  'create',
  'overwrite',
  'sameSizeOldTime',
  'append',
  'truncate',
  'rename',
  'renameOver',
  'moveDirectory',
  'remove',
  'removeDirectory',
  'hardLink',
  'touch',
];
