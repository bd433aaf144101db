import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** GitHub's cache service, version 2, on loopback: its calls (Twirp) and the blobs behind its addresses. */
export interface CacheService extends AsyncDisposable {
  readonly url: string;
  /** Complete entries by their keys. */
  readonly entries: ReadonlyMap<string, Buffer>;
}

interface Call {
  readonly key: string;
  readonly restore_keys?: readonly string[];
  readonly restoreKeys?: readonly string[];
}

export async function startCacheService(): Promise<CacheService> {
  const [entries, drafts, blocks] = [new Map<string, Buffer>(), new Map<string, Buffer>(), new Map<string, Buffer>()];
  let url = '';
  const address = (key: string) => `${url}/account/container/${encodeURIComponent(key)}?sig=secret`;
  const calls: Readonly<Record<string, (call: Call) => object>> = {
    CreateCacheEntry: ({ key }) =>
      entries.has(key) ? { ok: false, message: 'exists' } : { ok: true, signed_upload_url: address(key) },
    FinalizeCacheEntryUpload: ({ key }) => {
      entries.set(key, drafts.get(key) ?? Buffer.alloc(0));
      return { ok: true, entry_id: '1' };
    },
    GetCacheEntryDownloadURL: ({ key, restore_keys = [], restoreKeys = restore_keys }) => {
      const found = [...entries.keys()]
        .toReversed()
        .find((name) => [key, ...restoreKeys].some((one) => name.startsWith(one)));
      return found === undefined
        ? { ok: false }
        : { ok: true, matched_key: found, signed_download_url: address(found) };
    },
  };
  /** Azure's Put Blob, Put Block, Put Block List and Get Blob, as far as the client uses them. */
  const blob = async (request: IncomingMessage, { pathname, searchParams }: URL): Promise<Buffer | undefined> => {
    const key = decodeURIComponent(pathname.split('/')[3] ?? '');
    if (request.method !== 'PUT') return entries.get(key);
    const body = await buffer(request);
    if (searchParams.get('comp') === 'block') blocks.set(searchParams.get('blockid') ?? '', body);
    else if (searchParams.get('comp') === 'blocklist')
      drafts.set(
        key,
        Buffer.concat([...`${body}`.matchAll(/<Latest>(.*?)<\/Latest>/g)].map(([, id = '']) => blocks.get(id) ?? body)),
      );
    else drafts.set(key, body);
    return Buffer.alloc(0);
  };
  const server = createServer(async (request, response) => {
    const asked = new URL(request.url ?? '', url);
    const call = calls[/^\/twirp\/.*\/(\w+)$/.exec(asked.pathname)?.[1] ?? ''];
    const isAllowed = call === undefined || request.headers.authorization === 'Bearer runtime';
    const body = call
      ? Buffer.from(JSON.stringify(call(JSON.parse(`${await buffer(request)}`))))
      : await blob(request, asked);
    const status = !isAllowed ? 401 : body === undefined ? 404 : request.method === 'PUT' ? 201 : 200;
    response.writeHead(status, { 'content-length': body?.byteLength ?? 0 }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    entries,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
