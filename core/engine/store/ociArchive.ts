import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { syncDirectory, temporaryName } from '../files/atomicWrite.ts';
import { fromNative, textOf } from '../files/bytePath.ts';
import { tarIndex } from '../layers/tarIndex.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, hexOf } from '../oci/digest.ts';
import { layoutMarker, type OciIndex, ociIndexText, parseOciIndex, resolveInIndex, tagInIndex } from './ociIndex.ts';
import type { ByteStream, Closer, Locator, Target } from './roles.ts';
import { streamFile } from './streamFile.ts';
import { createTarWriter, type TarWriter } from './tarWriter.ts';
import { verified } from './verified.ts';

/** An OCI image layout in one tar file: what travels on a disk or a stick. */
export interface OciArchive extends Target, Locator, Closer {}

interface Draft {
  readonly path: string;
  readonly writer: TarWriter;
}

/** Where the content of an entry lies in the archive, in bytes. */
interface ArchivedEntry {
  readonly offset: number;
  readonly size: number;
}

/**
 * Opens the archive at `path`. What is pushed has its place when the archive is closed; until then the old one stays.
 */
export function createOciArchive(path: string): OciArchive {
  let entries = readEntries(path);
  let index = readIndex(path, entries);
  let draft: Promise<Draft> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let changed = false;
  const added = new Set<string>();

  const write = <T>(work: (draft: Draft) => Promise<T>): Promise<T> => {
    draft ??= startDraft(path, entries);
    const result = queue.then(async () => {
      try {
        return await work(await (draft as Promise<Draft>));
      } catch (error) {
        throw systemError(error, 'store-failed', 'write the archive', path);
      }
    });
    queue = result.catch(() => undefined);
    return result;
  };
  const entryOf = (descriptor: Descriptor): ArchivedEntry => {
    const entry = entries.get(blobName(descriptor.digest));
    if (entry) return entry;
    throw new KitwrightError('kit-not-found', `${descriptor.digest} is not in the archive ${path}.`, {
      data: { digest: descriptor.digest },
    });
  };
  const has = ({ digest }: Descriptor): boolean => entries.has(blobName(digest)) || added.has(blobName(digest));
  const forget = () => {
    draft = undefined;
    changed = false;
    added.clear();
  };
  return {
    name: path,
    complete: false,
    exists: async (descriptor) => has(descriptor),
    locate: (descriptor) => {
      const entry = entries.get(blobName(descriptor.digest));
      return entry && [{ kind: 'file', path: fromNative(path), ...entry }];
    },
    fetch: (descriptor, range) => partOf(path, entryOf(descriptor), range),
    push: (descriptor, content) =>
      write(async ({ writer }) => {
        const name = blobName(descriptor.digest);
        if (has(descriptor)) return;
        await writer.add(name, descriptor.size, verified(descriptor, content(), 'the source'));
        added.add(name);
      }),
    resolve: async (repository, reference) => resolveInIndex(index, repository, reference),
    tag: async (descriptor, _repository, tag) => {
      index = tagInIndex(index, descriptor, tag);
      changed = true;
    },
    close: async () => {
      if (!changed && !draft) return;
      await write(async ({ path: temporary, writer }) => {
        const text = Buffer.from(ociIndexText(index));
        await writer.add('oci-layout', layoutMarker.length, once(Buffer.from(layoutMarker)));
        await writer.add('index.json', text.byteLength, once(text));
        await writer.finish();
        renameSync(temporary, path);
        syncDirectory(dirname(path));
      });
      forget();
      entries = readEntries(path);
    },
    discard: () => {
      void draft?.then(
        async ({ path: temporary, writer }) => {
          rmSync(temporary, { force: true });
          await writer.abandon();
        },
        () => undefined,
      );
      forget();
      index = readIndex(path, entries);
    },
  };
}

type Entries = ReadonlyMap<string, ArchivedEntry>;

/** A tool that appends gives a name twice; the later one counts. */
function readEntries(path: string): Entries {
  if (!existsSync(path)) return new Map();
  const fd = openSync(path, 'r');
  try {
    const readAt = (offset: number, length: number) => {
      const bytes = Buffer.alloc(length);
      readSync(fd, bytes, 0, length, offset);
      return bytes;
    };
    const files = [...tarIndex(readAt, statSync(path).size)].filter(({ type }) => type === 'file');
    return new Map(files.map(({ path: name, offset, size }) => [textOf(name).replace(/^\.\//, ''), { offset, size }]));
  } finally {
    closeSync(fd);
  }
}

function readIndex(path: string, entries: Entries): OciIndex {
  const entry = entries.get('index.json');
  if (!entry) {
    if (!entries.size) return [];
    throw new KitwrightError('kit-malformed', `${path} is no OCI archive: it has no index.json.`);
  }
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(entry.size);
    readSync(fd, bytes, 0, entry.size, entry.offset);
    return parseOciIndex(bytes, `${path}/index.json`);
  } finally {
    closeSync(fd);
  }
}

/** A new archive beside the old one, with the blobs of the old one in it. */
async function startDraft(path: string, entries: Entries): Promise<Draft> {
  const temporary = join(dirname(path), `.${temporaryName('archive')}`);
  try {
    const writer = await createTarWriter(temporary);
    for (const [name, entry] of entries) if (isBlob(name)) await writer.add(name, entry.size, partOf(path, entry));
    return { path: temporary, writer };
  } catch (error) {
    rmSync(temporary, { force: true });
    throw systemError(error, 'store-failed', 'write the archive', path);
  }
}

function isBlob(name: string): boolean {
  return name.startsWith('blobs/');
}

function partOf(path: string, { offset, size }: ArchivedEntry, range = { start: 0, end: size }): ByteStream {
  return streamFile(path, { start: offset + range.start, end: offset + range.end });
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

function once(bytes: Uint8Array): ByteStream {
  return (async function* () {
    yield bytes;
  })();
}
