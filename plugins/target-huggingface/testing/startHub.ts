import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HubOptions {
  /** The token that every request to the hub itself must have. */
  readonly token?: string;
  /** Files of at least this many bytes go to LFS. */
  readonly largeFrom?: number;
  /** Files of LFS above this many bytes are sent in parts of it. */
  readonly partBytes?: number;
  /** Changes what is answered: a status, or `lost` for work that is done and not answered for. Undefined = nothing. */
  readonly fault?: (line: string) => number | 'lost' | undefined;
}

/** A hub that takes uploads, over memory. */
export interface TestHub extends AsyncDisposable {
  readonly url: string;
  /** `METHOD path` of each request, with `storage ` before it at the other host. */
  readonly lines: string[];
  /** The `authorization` of each request to the storage. */
  readonly storageLogins: (string | undefined)[];
  /** The files of a branch, by path; undefined if there is none. */
  readonly filesOf: (repository: string, branch?: string) => ReadonlyMap<string, Buffer> | undefined;
  /** The body of each commit: its header first. */
  readonly commits: readonly Line[][];
  /** The bodies that made repositories. */
  readonly created: readonly unknown[];
  /** Puts files into a branch, as somebody else does. */
  readonly put: (repository: string, files: Readonly<Record<string, string>>) => void;
}

interface Line {
  readonly key: string;
  readonly value: Readonly<Record<string, string>>;
}

interface Branch {
  readonly commit: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

const sum = (algorithm: string, ...parts: readonly (string | Uint8Array)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest('hex');

/** Speaks the parts of the API that `huggingface_hub` uses for an upload; storage is at an origin of its own. */
export async function startHub(options: HubOptions = {}): Promise<TestHub> {
  const { token, largeFrom = 1000, partBytes, fault } = options;
  const branches = new Map<string, Branch>();
  const storage = new Map<string, Buffer>();
  const parts = new Map<string, Buffer>();
  const [lines, storageLogins, commits, created]: [string[], (string | undefined)[], Line[][], unknown[]] = [
    [],
    [],
    [],
    [],
  ];
  const advance = (at: string, files: ReadonlyMap<string, Buffer>) =>
    branches.set(at, { files, commit: sum('sha1', at, String(branches.get(at)?.commit), String(files.size)) });

  const entry = ([path, bytes]: readonly [string, Buffer]) => ({
    type: 'file',
    path,
    size: bytes.length,
    oid: sum('sha1', `blob ${bytes.length}\0`, bytes),
    ...(bytes.length >= largeFrom ? { lfs: { oid: sum('sha256', bytes), size: bytes.length } } : {}),
  });

  const batch = ({ objects: [object] }: { objects: { oid: string; size: number }[] }) => {
    const { oid, size } = object as { oid: string; size: number };
    const href = `${storageUrl}/lfs/${oid}?X-Signature=SIGNED`;
    const count = partBytes && size > partBytes ? Math.ceil(size / partBytes) : 0;
    const numbers = Array.from({ length: count }, (_, i) => [String(i + 1).padStart(5, '0'), `${href}&part=${i + 1}`]);
    const header = count ? { chunk_size: String(partBytes), ...Object.fromEntries(numbers) } : { 'x-lfs': 'yes' };
    return { objects: [{ oid, size, ...(storage.has(oid) ? {} : { actions: { upload: { href, header } } }) }] };
  };

  const commit = (at: string, text: string): [number, unknown] => {
    const body = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const branch = branches.get(at) as Branch;
    if (body[0]?.value['parentCommit'] !== branch.commit) return [412, {}];
    const files = new Map(branch.files);
    for (const { key, value } of body.slice(1)) {
      const bytes = key === 'lfsFile' ? storage.get(value['oid'] ?? '') : Buffer.from(value['content'] ?? '', 'base64');
      if (!bytes) return [400, {}];
      files.set(value['path'] ?? '', bytes);
    }
    commits.push(body);
    advance(at, files);
    return [200, { commitOid: branches.get(at)?.commit }];
  };

  const answerHub = (method: string, path: string, body: Buffer): [number, unknown] => {
    if (path === '/api/repos/create') {
      const made = JSON.parse(body.toString()) as { organization: string; name: string; type: string };
      created.push(made);
      advance(`${made.type}s/${made.organization}/${made.name}@main`, new Map());
      return [200, {}];
    }
    if (path.endsWith('.git/info/lfs/objects/batch')) return [200, batch(JSON.parse(body.toString()))];
    const [, repository = '', verb = '', revision = ''] =
      /^\/api\/((?:model|dataset)s\/[^/]+\/[^/]+)(?:\/([\w-]+)\/([^/]+))?$/.exec(path) ?? [];
    const at = `${repository}@${decodeURIComponent(revision)}`;
    const main = branches.get(`${repository}@main`);
    const branch = [...branches].find(([name, { commit: id }]) => name === at || id === revision)?.[1];
    if (verb === '') return main ? [200, {}] : [404, {}];
    if (verb === 'branch' && main) return branches.set(at, main) && [200, {}];
    if (!branch) return [404, {}];
    if (verb === 'revision') return [200, { sha: branch.commit }];
    if (verb === 'commit') return commit(at, body.toString());
    const asked = JSON.parse(body.toString()) as { paths?: string[]; files?: { path: string; size: number }[] };
    if (verb === 'paths-info')
      return [200, [...branch.files].filter(([name]) => asked.paths?.includes(name)).map(entry)];
    const mode = (size: number) => (size >= largeFrom ? 'lfs' : 'regular');
    if (verb !== 'preupload' || method !== 'POST') return [404, {}];
    return [200, { files: asked.files?.map(({ path: name, size }) => ({ path: name, uploadMode: mode(size) })) }];
  };

  const answerStorage = (method: string, url: URL, request: IncomingMessage, body: Buffer): [number, unknown] => {
    const oid = url.pathname.slice('/lfs/'.length);
    const part = url.searchParams.get('part');
    if (url.searchParams.get('X-Signature') !== 'SIGNED') return [403, {}];
    if (method === 'POST') {
      const sent = JSON.parse(body.toString()) as { parts: { partNumber: number; etag: string }[] };
      const bytes = sent.parts.map(({ etag }) => parts.get(etag) ?? Buffer.alloc(0));
      storage.set(oid, Buffer.concat(bytes));
    } else if (Number(request.headers['content-length']) !== body.length) return [411, {}];
    else if (part === null) storage.set(oid, body);
    else parts.set(`"${oid}-${part}"`, body);
    if (storage.has(oid) && sum('sha256', storage.get(oid) as Buffer) !== oid) return [400, {}];
    return [200, { etag: `"${oid}-${part}"` }];
  };

  const serve = (isStorage: boolean) => async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const line = `${isStorage ? 'storage ' : ''}${request.method} ${url.pathname}`;
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    lines.push(line);
    if (isStorage) storageLogins.push(request.headers.authorization);
    const wrong = fault?.(line);
    if (typeof wrong === 'number') return void response.writeHead(wrong, { 'x-error-message': 'no: \tso' }).end();
    if (!isStorage && token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return void response.writeHead(401, { 'x-error-message': 'Invalid credentials.' }).end();
    const [status, value] = isStorage
      ? answerStorage(request.method ?? '', url, request, body)
      : answerHub(request.method ?? '', url.pathname, body);
    if (wrong === 'lost') return void request.socket.destroy();
    const etag = (value as { readonly etag?: string }).etag;
    response.writeHead(status, { 'content-type': 'application/json', ...(etag ? { etag } : {}) });
    response.end(JSON.stringify(value));
  };

  const servers = [createServer(serve(false)), createServer(serve(true))];
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [url = '', storageUrl = ''] = servers.map((each) => `http://127.0.0.1:${(each.address() as AddressInfo).port}`);
  return {
    url,
    lines,
    storageLogins,
    commits,
    created,
    filesOf: (repository, branch = 'main') => branches.get(`${repository}@${branch}`)?.files,
    put: (repository, files) => {
      const added = Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const);
      advance(`${repository}@main`, new Map([...(branches.get(`${repository}@main`)?.files ?? []), ...added]));
    },
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
