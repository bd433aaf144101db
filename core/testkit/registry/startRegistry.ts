import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, refusal, send } from './answer.ts';
import { blob } from './blobs.ts';
import { createContent, type RegistryContent } from './content.ts';
import { type Family, type FamilyName, families } from './families.ts';
import { type Fault, type FaultAction, takeFault } from './faults.ts';
import { route } from './routes.ts';
import { type AuthOptions, createGate } from './tokens.ts';

export interface RegistryOptions {
  readonly auth?: AuthOptions;
  /** Are blobs of other repositories taken over? True by default. */
  readonly mounts?: boolean;
  /** Tags on one page; 1000 by default. */
  readonly pageSize?: number;
  /** Behaves as registries of this family do. */
  readonly family?: FamilyName;
}

export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly content: RegistryContent;
  readonly requests: readonly LoggedRequest[];
  /** Misbehaviours; may be added and removed at any time. */
  readonly faults: Fault[];
}

/** One request as it came. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Bytes of the body that were read. */
  bodyBytes: number;
}

const pathForm = /^\/v2\/(.+?)\/((?:blobs|manifests|tags|referrers)\/.*)$/;

/** Starts an OCI registry on loopback, in memory. It ends when it is disposed. */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const content = createContent();
  const requests: LoggedRequest[] = [];
  const faults: Fault[] = [];
  const hits = new Map<Fault, number>();
  const family: Family | undefined = options.family && families[options.family];
  const gate = createGate(options.auth && { ...options.auth, tokens: { ...family?.tokens, ...options.auth.tokens } });
  let [host, storage]: [string, Listening | undefined] = ['', undefined];

  const right = async (request: IncomingMessage, url: URL, log: LoggedRequest, fault: FaultAction | undefined) => {
    const body = () => readBody(request, log);
    if (url.pathname === '/token') return gate.token(request, url, (await body()).toString());
    const [, repository = '', rest = ''] = pathForm.exec(url.pathname) ?? [];
    const refused = gate.check(request, url, repository);
    if (refused) return refused;
    if (url.pathname === '/v2/') return { status: 200, body: Buffer.from('{}') };
    return route({
      content,
      request,
      url,
      repository,
      rest,
      body,
      ignoreRange: fault?.kind === 'whole',
      mounts: options.mounts ?? true,
      pageSize: options.pageSize ?? 1000,
      family,
      storage: storage && `http://${storage.host}`,
    });
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const [method, url] = [request.method ?? '', new URL(path, `http://${host}`)];
    const log: LoggedRequest = { method, path, headers: request.headers, bodyBytes: 0 };
    requests.push(log);
    const fault = takeFault(faults, hits, method, path);
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'cut') return cut(request, url, content, log, fault.afterBodyBytes ?? 0);
    if (fault?.kind === 'status') {
      await readBody(request, log);
      const { status, headers = {}, body = '' } = fault;
      send(request, response, { status, headers, body: Buffer.from(body) });
      return;
    }
    const given = await right(request, url, log, fault);
    if (!request.complete && !request.readableEnded) request.resume();
    send(request, response, given, fault);
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://storage');
    requests.push({ method: `storage ${request.method}`, path: url.pathname, headers: request.headers, bodyBytes: 0 });
    send(request, response, fromStorage(content, request, url));
  };
  const registry = await listen(answer);
  host = registry.host;
  if (family?.redirects) storage = await listen(serve);
  return {
    host,
    content,
    requests,
    faults,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([registry.close(), storage?.close()]);
    },
  };
}

interface Listening {
  readonly host: string;
  readonly close: () => Promise<void>;
}

/** Reads a body; with a limit the connection is cut after so many bytes, and what came is given. */
async function readBody(request: IncomingMessage, log: LoggedRequest, limit = Number.POSITIVE_INFINITY) {
  const parts: Buffer[] = [];
  for await (const bytes of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const kept = bytes.subarray(0, limit - log.bodyBytes);
    parts.push(kept);
    log.bodyBytes += kept.byteLength;
    if (log.bodyBytes >= limit) break;
  }
  return Buffer.concat(parts);
}

/** A cut in a body: the registry keeps what it had read, as distribution does. */
async function cut(request: IncomingMessage, url: URL, content: RegistryContent, log: LoggedRequest, after: number) {
  const bytes = after > 0 ? await readBody(request, log, after) : Buffer.alloc(0);
  const id = url.pathname.split('/').at(-1) ?? '';
  const before = content.uploads.get(id);
  if (before && request.method === 'PATCH') content.uploads.set(id, Buffer.concat([before, bytes]));
  request.socket.destroy();
}

/** The other host of families that redirect: S3 answers 400 to a signed address that comes with credentials. */
function fromStorage(content: RegistryContent, request: IncomingMessage, url: URL): Answer {
  if (request.headers.authorization !== undefined) return refusal(400, 'InvalidArgument', 'only one auth mechanism');
  const [, repository = '', digest = ''] = /^\/v2\/(.+?)\/blobs\/(.+)$/.exec(url.pathname) ?? [];
  return blob({ content, request, repository, ignoreRange: false, storage: undefined }, digest);
}

/** A server on loopback; a handler that fails cuts the connection. */
async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Listening> {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
