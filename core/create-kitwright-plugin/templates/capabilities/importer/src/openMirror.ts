import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  eachOf,
  type ImportFile,
  type ImportRequest,
  type ImportSource,
  KitwrightError,
  type OpenContext,
} from '@kitwright/core/plugin';
import { type Listed, readIndex } from './readIndex.ts';

/** Bytes of a text file that are read before anything is downloaded. */
const maxStart = 256 * 1024;

/** Lists a mirror and downloads from it. Throws `remote-refused`, `descriptor-mismatch`. */
export async function openMirror(
  url: URL,
  repository: string,
  { revision, token, workspace, signal: stop }: ImportRequest,
  context: OpenContext,
): Promise<ImportSource> {
  const get = async (path: string, signal: AbortSignal, headers: Readonly<Record<string, string>> = {}) => {
    signal.throwIfAborted();
    const login = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const address = new URL(path.split('/').map(encodeURIComponent).join('/'), url);
    const response = await context.fetch(address, { headers: { ...headers, ...login }, signal });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new KitwrightError('remote-refused', `${url.host} answered ${response.status} for ${path}.`);
  };
  const { commit, files } = await readIndex(await get('index.json', stop));
  // There is one commit alone: another one must not be taken for it.
  if (revision !== undefined && revision !== commit)
    throw new KitwrightError('remote-refused', `${url.host} has the commit ${commit} alone, not ${revision}.`);
  return {
    repository,
    uri: url.href,
    commit,
    files,
    read: async (path) => startOf(await get(path, stop, { range: `bytes=0-${maxStart - 1}` })),
    fetch: async (wanted, { concurrency, signal, onBytes }) => {
      const directory = join(workspace, commit);
      await eachOf(wanted, concurrency, async (file) => {
        const listed = files.find(({ path }) => path === file.path) ?? fail(file);
        const path = join(directory, file.path);
        // It has its name once it was verified: an import that goes on takes it as it is.
        if (!existsSync(path))
          await download(await get(file.path, signal), listed, path, (done) => onBytes?.(file, done));
        else onBytes?.(file, file.size);
      });
      return directory;
    },
  };
}

/** A server may ignore the range. */
async function startOf({ body }: Response): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  let size = 0;
  for await (const block of body ?? []) {
    blocks.push(block);
    size += block.byteLength;
    if (size >= maxStart) break;
  }
  return Buffer.concat(blocks).subarray(0, maxStart);
}

async function download({ body }: Response, file: Listed, path: string, onBytes: (done: number) => void) {
  const hash = createHash('sha256');
  let done = 0;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  const measured = async function* (blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    for await (const block of blocks) {
      done += block.byteLength;
      if (done > file.size) throw mismatch(file, 'it is longer');
      hash.update(block);
      yield block;
      onBytes(done);
    }
  };
  await pipeline(measured(body ?? []), createWriteStream(partial));
  if (done !== file.size || hash.digest('hex') !== file.sha256) throw mismatch(file, 'its bytes are others');
  renameSync(partial, path);
}

function mismatch({ path }: ImportFile, why: string): KitwrightError {
  return new KitwrightError('descriptor-mismatch', `${path} is not what index.json says: ${why}.`, { data: { path } });
}

function fail({ path }: ImportFile): never {
  throw new KitwrightError('usage', `${path} is not in index.json.`);
}
