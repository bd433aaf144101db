import { createHash } from 'node:crypto';

/**
 * The files of a commit, by path (latin1): `mode SP id` of each. `object` is what a repository has for the commit, `list` what
 * `git ls-tree -r -t -z` says of it. Both are hashed again, since git believes a repository what is behind a hash (git-fsck(1)
 * alone looks): undefined if one of them is not what the commit stands for.
 */
export function genuineFiles(commit: string, object: Buffer, list: Buffer): ReadonlyMap<string, string> | undefined {
  const hash = commit.length > 40 ? 'sha256' : 'sha1';
  const [, root] = /^tree ([0-9a-f]{40,64})\n/.exec(object.toString('latin1', 0, 80)) ?? [];
  if (idOf(hash, 'commit', [object]) !== commit || root === undefined) return undefined;
  const [files, trees, contents] = [new Map<string, string>(), new Map([['', root]]), new Map<string, Buffer[]>()];
  for (const [mode, id, path] of entriesIn(list)) {
    const isTree = mode === '040000';
    if (isTree) trees.set(path, id);
    else files.set(path, `${mode} ${id}`);
    const slash = path.lastIndexOf('/');
    const entry = `${isTree ? '40000' : mode} ${path.slice(slash + 1)}\0`;
    const inside = contents.get(path.slice(0, Math.max(0, slash))) ?? [];
    inside.push(Buffer.from(entry, 'latin1'), Buffer.from(id, 'hex'));
    contents.set(path.slice(0, Math.max(0, slash)), inside);
  }
  const areGenuine = contents.keys().every((path) => trees.has(path));
  const isGenuine = ([path, id]: [string, string]) => idOf(hash, 'tree', contents.get(path) ?? []) === id;
  return areGenuine && trees.entries().every(isGenuine) ? files : undefined;
}

/** gitformat-pack(5), "object name": the hash over type, size and content. */
function idOf(hash: string, type: string, parts: readonly Buffer[]): string {
  const size = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const sum = createHash(hash).update(`${type} ${size}\0`);
  for (const part of parts) sum.update(part);
  return sum.digest('hex');
}

/** `mode SP type SP id TAB path NUL` (git-ls-tree(1), -z). */
function* entriesIn(list: Buffer): Generator<readonly [mode: string, id: string, path: string]> {
  for (const line of list.toString('latin1').split('\0')) {
    const [, mode, id, path] = /^(\d{6}) \w+ ([0-9a-f]{40,64})\t(.+)$/s.exec(line) ?? [];
    if (mode !== undefined && id !== undefined && path !== undefined) yield [mode, id, path];
  }
}
