import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type FileHandle, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type ImportFile,
  makeDirectories,
  messageOf,
  openFile,
  retrying,
  systemError,
  TransientError,
  type Wait,
} from '@kitwright/core/plugin';
import { malformed } from './createServer.ts';

export interface ArtifactDownload {
  readonly file: ImportFile;
  readonly host: string;
  /** The final path; a file there is complete. */
  readonly path: string;
  /** The path of the bytes until all are there; beside it the ETag of the answer that they came with. */
  readonly partial: string;
  readonly onBytes: (done: number) => void;
  readonly signal: AbortSignal;
  readonly wait: Wait | undefined;
  /** Sends a GET for the file. */
  readonly send: (headers: Readonly<Record<string, string>>) => Promise<Response>;
}

/**
 * Downloads a file and renames it to its path; goes on after a cut or a crash while the server says that the file is
 * still the same one (`If-Range`, RFC 9110, 13.1.5). Throws `network-failed`, `remote-malformed`, `disk-full`.
 */
export async function downloadArtifact(download: ArtifactDownload): Promise<void> {
  const { file, path, partial, onBytes, signal, wait } = download;
  if (existsSync(path) && sizeAt(path) === file.size) return onBytes(file.size);
  for (const directory of [dirname(path), dirname(partial)]) makeDirectories(directory, 0o700);
  await retrying(() => fetchRest(download), { signal, wait, progress: () => sizeAt(partial) });
  await rename(partial, path);
  rmSync(etagPath(partial), { force: true });
}

function sizeAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function etagPath(partial: string): string {
  return `${partial}.etag`;
}

/** A strong validator; without one a part cannot be told from that of another file. */
function etagOf({ headers }: Response): string | undefined {
  const etag = headers.get('etag') ?? '';
  return /^"[\x21\x23-\x7e]{1,256}"$/.test(etag) ? etag : undefined;
}

async function fetchRest(download: ArtifactDownload): Promise<void> {
  const { file, host, partial, onBytes, send } = download;
  const known = existsSync(etagPath(partial)) ? readFileSync(etagPath(partial), 'utf8') : undefined;
  const start = known && sizeAt(partial) < file.size ? sizeAt(partial) : 0;
  const response = await send(start ? { range: `bytes=${start}-`, 'if-range': known ?? '' } : {});
  const goesOn = start > 0 && response.status === 206 && etagOf(response) === known;
  if (start && !goesOn && response.status !== 200) {
    await response.body?.cancel();
    rmSync(partial, { force: true });
    throw new TransientError(`${host} does not go on with ${file.path}`);
  }
  await using handle = await openFile(partial, 'a', 0o600);
  if (!goesOn) await handle.truncate();
  keepEtag(partial, etagOf(response));
  let done = goesOn ? start : 0;
  onBytes(done);
  for await (const bytes of bodyOf(response, host)) {
    done += bytes.byteLength;
    if (done > file.size) throw malformed(host, `${JSON.stringify(file.path)} has more than ${file.size} bytes`);
    await append(handle, bytes, partial);
    onBytes(done);
  }
  if (done < file.size) throw new TransientError(`${host} sent ${done} of ${file.size} bytes of ${file.path}`);
  await handle.sync();
}

function keepEtag(partial: string, etag: string | undefined): void {
  if (etag === undefined) rmSync(etagPath(partial), { force: true });
  else writeFileSync(etagPath(partial), etag, { mode: 0o600 });
}

async function* bodyOf(response: Response, host: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of response.body ?? []) yield bytes;
  } catch (error) {
    throw new TransientError(`The connection to ${host} was cut: ${messageOf(error)}`, { cause: error });
  }
}

async function append(handle: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  try {
    await handle.writeFile(bytes);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
}
