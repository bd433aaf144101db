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
    return isThere(blob(descriptor));
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
      return isTag(reference) || isDigest(reference) ? readName(join(names, fileOf(reference))) : undefined;
    },
    tag: async (descriptor, _repository, tag) => {
      if (!(await exists(descriptor))) throw notFound(descriptor, folder);
      if (tag !== undefined && !isTag(tag)) throw new KitwrightError('reference-invalid', `${tag} is no tag.`);
      await mkdir(names, { recursive: true });
      const { mediaType, digest, size } = descriptor;
      for (const name of [digest, ...(tag === undefined ? [] : [tag])])
        atomicWrite(join(names, fileOf(name)), JSON.stringify({ mediaType, digest, size }));
    },
    tags: async function* () {
      signal.throwIfAborted();
      const files = (await isThere(names)) ? await readdir(names) : [];
      yield* files.map(nameOf).filter(isTag).sort();
    },
  };
}

type Folders = [blobs: string, names: string, unfinished: string];

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Some file systems know no capital letters, and some names are reserved. */
function fileOf(name: string): string {
  return Buffer.from(name).toString('hex');
}

function nameOf(file: string): string {
  return Buffer.from(file, 'hex').toString();
}

async function readName(path: string): Promise<Descriptor | undefined> {
  return (await isThere(path)) ? parseDescriptor(parseJsonObject(readPlainFile(path, maxDescriptor), path)) : undefined;
}

function notFound({ digest }: Descriptor, folder: string): KitwrightError {
  return new KitwrightError('kit-not-found', `${digest} is not in ${folder}.`, { data: { digest } });
}
