import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HubOptions {
  readonly repository?: string;
  readonly type?: 'model' | 'dataset';
  readonly commit?: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Files of at least this many bytes are in LFS: with SHA-256, and at another host. */
  readonly largeFrom?: number;
  readonly pageSize?: number;
  /** The token that every request to the hub itself must have. */
  readonly token?: string;
  /** Further entries of the list, as they are. */
  readonly listed?: readonly unknown[];
  /** The URL of the next page, made from the URL of the first. */
  readonly link?: (own: string) => string;
}

export interface Hub extends AsyncDisposable {
  readonly url: string;
  /** The host to which large files are redirected. */
  readonly cdn: string;
  readonly requests: readonly HubRequest[];
  readonly fault: (...faults: readonly Fault[]) => void;
  /** Moves the branch to another commit with these files. */
  readonly move: (commit: string, files: Readonly<Record<string, string | Uint8Array>>) => void;
}

export interface HubRequest {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** Faults of the hub, by request; each is used once. */
export interface Fault {
  /**
   * Matched against `METHOD path?query`, with `cdn ` before it at the other host, and ` range` after it if a range is
   * requested.
   */
  readonly at: RegExp;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Send this instead of the file. */
  readonly body?: string;
  readonly ignoreRange?: boolean;
}

/**
 * A server that speaks the hub's API as `@huggingface/hub` calls it: revision, tree with pages, resolve with ranges and
 * redirects.
 */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { repository = 'org/net', type = 'model', largeFrom = 1000, pageSize = 1000, token, listed = [] } = options;
  const faults: Fault[] = [];
  const requests: HubRequest[] = [];
  const commits = new Map([[options.commit ?? 'c'.repeat(40), new Map(Object.entries(options.files))]]);
  const head = () => [...commits.keys()].at(-1) as string;

  const entry = (path: string, content: Buffer) => ({
    type: 'file',
    path,
    size: content.length,
    oid: sha('sha1', `blob ${content.length}\0`, content),
    ...(content.length >= largeFrom
      ? { lfs: { oid: sha('sha256', content), size: content.length, pointerSize: 130 } }
      : {}),
  });

  const send = (
    response: ServerResponse,
    request: IncomingMessage,
    content: Buffer,
    fault: Fault | undefined,
  ): void => {
    const [, from] = /^bytes=(\d+)-/.exec(fault?.ignoreRange ? '' : (request.headers.range ?? '')) ?? [];
    const offset = Number(from ?? 0);
    const body = content.subarray(offset);
    response.writeHead(from === undefined ? 200 : 206, {
      'content-length': body.length,
      ...(from === undefined ? {} : { 'content-range': `bytes ${offset}-${content.length - 1}/${content.length}` }),
    });
    response.end(body);
  };

  const json = (response: ServerResponse, value: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  };

  const tree = (response: ServerResponse, url: URL, commit: string): void => {
    const entries = [...(commits.get(commit) ?? [])].map(([path, content]) => entry(path, Buffer.from(content)));
    const all = [...entries, ...listed];
    const at = Number(url.searchParams.get('cursor') ?? 0);
    const next = `${url.origin}${url.pathname}?recursive=true&cursor=${at + pageSize}`;
    const more = at + pageSize < all.length ? { link: `<${next}>; rel="next"` } : undefined;
    json(
      response,
      all.slice(at, at + pageSize),
      at === 0 && options.link ? { link: `<${options.link(url.href)}>; rel="next"` } : (more ?? {}),
    );
  };

  const answer = (own: string, isCdn: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', own);
    const line = `${request.method} ${url.pathname}${url.search}`;
    const { authorization, range } = request.headers;
    requests.push({ line: isCdn ? `cdn ${line}` : line, authorization, range });
    const found = faults.findIndex(({ at }) => at.test(`${isCdn ? 'cdn ' : ''}${line}${range ? ' range' : ''}`));
    const fault = found < 0 ? undefined : faults.splice(found, 1)[0];
    if (fault?.status) return void response.writeHead(fault.status, fault.headers).end(fault.body ?? 'no');
    if (!isCdn && token !== undefined && authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    const api = `/api/${type}s/${repository}`;
    const resolve = `${type === 'dataset' ? '/datasets' : ''}/${repository}/resolve/`;
    if (url.pathname.startsWith(`${api}/revision/`)) {
      const revision = decodeURIComponent(url.pathname.slice(`${api}/revision/`.length));
      const commit = revision === 'main' ? head() : revision;
      if (!commits.has(commit)) return void response.writeHead(404).end('{"error":"Invalid rev id"}');
      return json(response, fault?.body ? JSON.parse(fault.body) : { _id: '1', id: repository, sha: commit });
    }
    if (url.pathname.startsWith(`${api}/tree/`)) return tree(response, url, url.pathname.slice(`${api}/tree/`.length));
    const [, commit = '', path = ''] = /^([^/]*)\/(.*)$/.exec(url.pathname.slice(resolve.length)) ?? [];
    const content = url.pathname.startsWith(resolve) ? commits.get(commit)?.get(decodeURIComponent(path)) : undefined;
    if (content === undefined) return void response.writeHead(404).end();
    const bytes = fault?.body === undefined ? Buffer.from(content) : Buffer.from(fault.body);
    if (!isCdn && bytes.length >= largeFrom)
      return void response.writeHead(302, { location: `${cdn}${request.url}` }).end();
    send(response, request, bytes, fault);
  };

  const [hubServer, cdnServer] = [createServer(), createServer()];
  const [url, cdn] = [await listen(hubServer), await listen(cdnServer)];
  hubServer.on('request', answer(url, false));
  cdnServer.on('request', answer(cdn, true));
  return {
    url,
    cdn,
    requests,
    fault: (...added) => void faults.push(...added),
    move: (commit, files) => void commits.set(commit, new Map(Object.entries(files))),
    [Symbol.asyncDispose]: async () => {
      for (const server of [hubServer, cdnServer]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

function sha(algorithm: 'sha1' | 'sha256', ...parts: readonly (string | Uint8Array)[]): string {
  return parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest('hex');
}

async function listen(server: Server): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
