import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  atomicWrite,
  type Descriptor,
  errnoOf,
  isDigest,
  isTag,
  KitwrightError,
  parseDescriptor,
  parseJsonObject,
  readPlainFile,
  type TagLister,
  type Target,
} from '@kitwright/core/plugin';
import { writeBlob } from './writeBlob.ts';

/** Bytes of a file that holds a descriptor. */
const maxDescriptor = 64 * 1024;

/**
 * Kits in a folder: each blob in a file named by its digest, each tag in a file that holds a descriptor. The engine tries
 * again, resumes and verifies what is fetched; what is left is to keep the bytes, and to tell the truth about them.
 */
export function createFolderTarget(folder: string, signal: AbortSignal): Target & TagLister {
  const [blobs, names, unfinished] = ['blobs', 'names', 'unfinished'].map((name) => join(folder, name)) as Folders;
  const blob = ({ digest }: Descriptor) => join(blobs, digest.replace(':', '-'));
  const exists = async (descriptor: Descriptor) => {
    signal.throwIfAborted();
    return (await sizeOf(blob(descriptor))) === descriptor.size;
  };
  return {
    name: folder,
    complete: false,
    exists,
    async *fetch(descriptor, { start, end } = { start: 0, end: descriptor.size }) {
      if (!(await exists(descriptor))) throw notFound(descriptor, folder);
      if (start < end) yield* createReadStream(blob(descriptor), { start, end: end - 1, signal });
    },
    push: async (descriptor, content) => {
      if (await exists(descriptor)) return;
      for (const each of [blobs, unfinished]) await mkdir(each, { recursive: true });
      await writeBlob(descriptor, content, { path: blob(descriptor), unfinished, signal });
    },
    resolve: async (_repository, reference) => {
      signal.throwIfAborted();
      if (!isTag(reference) && !isDigest(reference)) return undefined;
      const path = join(names, fileOf(reference));
      return (await sizeOf(path)) !== undefined ? parseDescriptor(readName(path)) : undefined;
    },
    tag: async (descriptor, _repository, tag) => {
      if (!(await exists(descriptor))) throw notFound(descriptor, folder);
      if (tag !== undefined && !isTag(tag)) throw new KitwrightError('reference-invalid', `${tag} is no tag.`);
      await mkdir(names, { recursive: true });
      const { mediaType, digest, size } = descriptor;
      for (const name of [digest, ...(tag === undefined ? [] : [tag])])
        atomicWrite(join(names, fileOf(name)), JSON.stringify({ name, mediaType, digest, size }));
    },
    tags: async function* () {
      signal.throwIfAborted();
      const files = (await sizeOf(names)) !== undefined ? await readdir(names) : [];
      for (const file of files.filter((each) => each.endsWith('.json'))) {
        const { name } = readName(join(names, file));
        if (typeof name === 'string' && isTag(name)) yield name;
      }
    },
  };
}

type Folders = [blobs: string, names: string, unfinished: string];

/** In bytes; undefined if there is no such file. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** By its hash: some file systems know no capital letters, or no long names, and some names are reserved. */
function fileOf(name: string): string {
  return `${createHash('sha256').update(name).digest('hex')}.json`;
}

function readName(path: string) {
  return parseJsonObject(readPlainFile(path, maxDescriptor), path);
}

function notFound({ digest }: Descriptor, folder: string): KitwrightError {
  return new KitwrightError('kit-not-found', `${digest} is not in ${folder}.`, { data: { digest } });
}
