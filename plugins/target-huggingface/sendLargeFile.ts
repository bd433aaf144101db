import { createReadStream } from 'node:fs';
import { eachOf } from '@kitwright/core/plugin';
import { type Hub, jsonOf, malformed } from './createHub.ts';
import type { HubDestination } from './hubDestination.ts';
import type { LargeFile, LocalFile } from './localFiles.ts';
import { type LfsAction, uploadIn } from './uploadIn.ts';

/** Parts of one file that are sent side by side. */
const partsTogether = 3;

const lfsJson = 'application/vnd.git-lfs+json';

/**
 * Sends a file to the storage of LFS (git-lfs, "Batch API" and "Basic Transfers"; the hub's own transfer "multipart" for
 * files of many GB). Each asks for its own address, so that none is too old. Whether anything was sent: the storage may
 * have these bytes already.
 */
export async function sendLargeFile(hub: Hub, destination: HubDestination, file: LargeFile): Promise<boolean> {
  const { upload, verify } = uploadIn(await askBatch(hub, destination, file), file, hub);
  if (!upload) return false;
  await (upload.chunkBytes === undefined ? sendWhole(hub, upload, file) : sendInParts(hub, upload, file));
  if (verify) await post(hub, verify.href, { oid: file.oid, size: file.size }, verify.header);
  return true;
}

async function askBatch(hub: Hub, { type, name, branch }: HubDestination, { oid, size }: LargeFile): Promise<unknown> {
  const url = `${hub.address}/${type === 'dataset' ? 'datasets/' : ''}${name}.git/info/lfs/objects/batch`;
  const response = await post(hub, url, {
    operation: 'upload',
    transfers: ['basic', 'multipart'],
    hash_algo: 'sha_256',
    ref: { name: branch },
    objects: [{ oid, size }],
  });
  return jsonOf(response, hub.host);
}

function post(hub: Hub, url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const text = JSON.stringify(body);
  const own = { accept: lfsJson, 'content-type': lfsJson };
  return hub.send({ method: 'POST', url, headers: { ...headers, ...own }, body: () => text });
}

async function sendWhole(hub: Hub, { href, header }: LfsAction, file: LargeFile): Promise<void> {
  const response = await put(hub, href, file, 0, file.size, { 'content-type': 'application/octet-stream', ...header });
  await response.body?.cancel();
}

async function sendInParts(hub: Hub, { href, chunkBytes = 0, parts = [] }: LfsAction, file: LargeFile): Promise<void> {
  const etags = new Map<number, string>();
  await eachOf([...parts.entries()], partsTogether, async ([index, url]) => {
    const start = index * chunkBytes;
    const response = await put(hub, url, file, start, Math.min(start + chunkBytes, file.size));
    await response.body?.cancel();
    const etag = response.headers.get('etag');
    if (!etag) throw malformed(new URL(url).host, `part ${index + 1} of ${JSON.stringify(file.path)} has no ETag`);
    etags.set(index, etag);
  });
  const sent = parts.map((_, index) => ({ partNumber: index + 1, etag: etags.get(index) }));
  const done = await post(hub, href, { oid: file.oid, parts: sent });
  await done.body?.cancel();
}

/** Sends the bytes from `start` to before `end`, as a stream of known length: storage takes no other. */
function put(
  hub: Hub,
  url: string,
  { source }: LocalFile,
  start: number,
  end: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body = () => (end > start ? ReadableStream.from(createReadStream(source, { start, end: end - 1 })) : '');
  return hub.send({ method: 'PUT', url, headers: { ...headers, 'content-length': String(end - start) }, body });
}
