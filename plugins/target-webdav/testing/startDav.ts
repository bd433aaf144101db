import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test lets a request fail with: a status, a connection that is cut, or cut once all is done. */
export type DavFault = (request: IncomingMessage) => number | 'cut' | 'lost' | undefined;

export interface TestDav extends AsyncDisposable {
  /** `http://127.0.0.1:port/` */
  readonly url: string;
  /** Contents by path. */
  readonly files: Map<string, Buffer>;
  /** `METHOD path` of each. */
  readonly requests: string[];
  readonly logins: (string | undefined)[];
}

/** A WebDAV server on loopback that keeps everything in memory. */
export async function startDav(
  fault: DavFault = () => undefined,
  etagOf: (file: Buffer) => string | undefined = strongEtag,
  locks?: DavLocks,
): Promise<TestDav> {
  const [files, folders] = [new Map<string, Buffer>(), new Set(['/'])];
  const [requests, logins]: [string[], (string | undefined)[]] = [[], []];
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    requests.push(`${request.method} ${path}`);
    logins.push(request.headers.authorization);
    const failure = fault(request);
    if (failure === 'cut') return void request.socket.destroy();
    const body = Buffer.concat(await Array.fromAsync(request).catch(() => []));
    if (!request.complete) return;
    if (typeof failure === 'number') return void response.writeHead(failure).end();
    const locked = locks && answerLock(request, locks);
    const { status, content, headers } = locked ?? answer(request, { path, body, files, folders, etagOf });
    if (failure === 'lost') return void request.socket.destroy();
    response.writeHead(status, headers).end(content);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    files,
    requests,
    logins,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The lock of a server that has some (RFC 4918, class 2): whose it is. */
export interface DavLocks {
  token?: string | undefined;
}

function answerLock({ method, headers }: IncomingMessage, locks: DavLocks): Answer | undefined {
  if (method === 'OPTIONS') return { status: 200, headers: { dav: '1, 2' } };
  if (method === 'LOCK') {
    if (locks.token) return { status: 423 };
    locks.token = `<opaquelocktoken:${randomUUID()}>`;
    return { status: 200, headers: { 'lock-token': locks.token } };
  }
  if (method !== 'UNLOCK') return undefined;
  const isOwner = headers['lock-token'] === locks.token;
  if (isOwner) locks.token = undefined;
  return { status: isOwner ? 204 : 409 };
}

interface Asked {
  readonly path: string;
  readonly body: Buffer;
  readonly files: Map<string, Buffer>;
  readonly folders: Set<string>;
  readonly etagOf: (file: Buffer) => string | undefined;
}

interface Answer {
  readonly status: number;
  readonly content?: Buffer;
  readonly headers?: Readonly<Record<string, string | number>>;
}

function answer({ method, headers }: IncomingMessage, { path, body, files, folders, etagOf }: Asked): Answer {
  const file = files.get(path);
  const hasParent = folders.has(path.replace(/[^/]+\/?$/, ''));
  if (method === 'MKCOL') {
    if (folders.has(path) || !hasParent) return { status: folders.has(path) ? 405 : 409 };
    folders.add(path);
    return { status: 201 };
  }
  if (method === 'PUT') {
    if (!hasParent) return { status: 409 };
    const condition = headers['if-match'];
    if (headers['if-none-match'] === '*' && file) return { status: 412 };
    if (condition !== undefined && (!file || condition !== etagOf(file))) return { status: 412 };
    files.set(path, body);
    return { status: file ? 204 : 201 };
  }
  if (!file) return { status: 404 };
  if (method === 'DELETE' || method === 'MOVE') {
    files.delete(path);
    if (method === 'MOVE') files.set(new URL(String(headers['destination'])).pathname, file);
    return { status: method === 'MOVE' ? 201 : 204 };
  }
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  const content = from === undefined ? file : file.subarray(Number(from), Number(to) + 1);
  const range = from === undefined ? {} : { 'content-range': `bytes ${from}-${to}/${file.byteLength}` };
  const etag = etagOf(file);
  const more = { ...(etag === undefined ? {} : { etag }), 'content-length': content.byteLength, ...range };
  return { status: from === undefined ? 200 : 206, headers: more, ...(method === 'HEAD' ? {} : { content }) };
}

function strongEtag(file: Buffer): string {
  return JSON.stringify(createHash('sha256').update(file).digest('hex'));
}
