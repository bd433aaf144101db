import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  bytePath,
  checkEntryName,
  type Importer,
  type ImportFile,
  type ImportRequest,
  type ImportSource,
  KitwrightError,
} from '@kitwright/core/plugin';
import type { MakeImporter } from '../../importer/MadeImporter.ts';
import type { Files } from '../../suite/files.ts';

/** Commits by name; the last one is where the branch is. */
export type Shelf = Map<string, Map<string, Commit>>;

interface Commit {
  readonly files: Files;
  /** What is given, which may be damaged. */
  readonly given: Record<string, Uint8Array | string>;
}

/** What an error changes. */
export interface Spoiled {
  readonly importer?: Partial<Importer>;
  readonly source?: (source: ImportSource, request: ImportRequest, shelf: Shelf) => Partial<ImportSource>;
  /** How a file is written. */
  readonly write?: (path: string, bytes: Buffer, file: ImportFile) => void;
  readonly check?: (path: string) => void;
}

const prefix = 'shelf:';

/** An importer of repositories in memory: the right one, or one that is spoiled. */
export function shelfImporter(
  shelf: Shelf,
  { importer, source, write = writeWhole, check = checkName }: Spoiled,
): Importer {
  const open = async (request: ImportRequest): Promise<ImportSource> => {
    request.signal.throwIfAborted();
    const name = nameOf(request.location);
    const commit = commitOf(shelf, name, request.revision);
    const { files, given }: Commit = shelf.get(name)?.get(commit) ?? fail(name);
    for (const path of Object.keys(files)) check(path);
    const right: ImportSource = {
      repository: name,
      uri: `${prefix}//${name}`,
      commit,
      files: Object.entries(files).map(([path, bytes]) => ({ path, size: Buffer.byteLength(bytes) })),
      read: async (path) => Buffer.from(files[path] ?? fail(path)).subarray(0, 1000),
      fetch: async (wanted, { signal, onBytes }) => {
        const directory = join(request.workspace, commit);
        mkdirSync(directory, { recursive: true });
        for (const file of wanted) {
          signal.throwIfAborted();
          const bytes = Buffer.from(given[file.path] ?? '');
          write(join(directory, file.path), bytes, { ...file, ...hashOf(files[file.path] ?? '') });
          onBytes?.(file, Math.min(bytes.byteLength, file.size));
          await setImmediate();
        }
        return directory;
      },
    };
    return { ...right, ...source?.(right, request, shelf) };
  };
  return {
    id: 'shelf',
    matches: (location) => location.startsWith(prefix),
    repositoryOf: nameOf,
    open,
    ...importer,
  };
}

function nameOf(location: string): string {
  if (/^shelf:[\w-]+\/[\w-]+$/.test(location)) return location.slice(prefix.length);
  throw new KitwrightError('usage', `${JSON.stringify(location)} is on no shelf.`);
}

function commitOf(shelf: Shelf, name: string, revision: string | undefined): string {
  const commits = [...(shelf.get(name)?.keys() ?? [])];
  const found = revision === undefined ? commits.at(-1) : commits.find((each) => each === revision);
  if (found !== undefined) return found;
  throw new KitwrightError('remote-refused', `There is no ${name} at ${revision ?? 'all'}.`);
}

function checkName(path: string): void {
  checkEntryName(bytePath(path));
}

function hashOf(bytes: Uint8Array | string): { readonly hash: string } {
  return { hash: createHash('sha256').update(bytes).digest('hex') };
}

/** Verified, under another name first. */
function writeWhole(path: string, bytes: Buffer, file: ImportFile): void {
  if (hashOf(bytes).hash !== ('hash' in file ? file.hash : ''))
    throw new KitwrightError('descriptor-mismatch', `${file.path} is damaged.`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.partial`, bytes);
  renameSync(`${path}.partial`, path);
}

function fail(path: string): never {
  throw new KitwrightError('remote-refused', `${path} is not on the shelf.`);
}

const files: Files = {
  'README.md': '# Kit\n',
  'data/a b.csv': 'a,b\n'.repeat(5000),
  'model.bin': Buffer.alloc(40_000, 3),
};

/** Gives an importer, and what is on its shelf. */
export function onShelf(spoiled: Spoiled): MakeImporter {
  return ({ secret }) => {
    const shelf: Shelf = new Map();
    const put = (name: string, content: Files) => {
      const commits = shelf.get(name) ?? new Map<string, Commit>();
      shelf.set(
        name,
        commits.set(String(commits.size + 1).padStart(40, '0'), { files: content, given: { ...content } }),
      );
    };
    put('team/kit', files);
    return {
      importer: shelfImporter(shelf, spoiled),
      location: 'shelf:team/kit',
      files,
      token: secret,
      missing: 'shelf:team/none',
      others: ['https://example.com/team/kit', 'team/kit'],
      damage: (path) => {
        const [commit] = shelf.get('team/kit')?.values() ?? [];
        if (commit) commit.given[path] = 'damaged';
      },
      move: (content) => put('team/kit', content),
      hostile: (path) => {
        put('team/evil', { [path]: 'evil' });
        return 'shelf:team/evil';
      },
    };
  };
}
