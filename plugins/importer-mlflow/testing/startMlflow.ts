import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server got it. */
export interface Asked {
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** A tracking server that can do wrong. */
export interface TestMlflow extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Answers of the API by path and query, without `/api/2.0/`; what is not here does not exist. */
  readonly answers: Map<string, unknown>;
  /** Artifacts by path in the proxy. */
  readonly artifacts: Map<string, Buffer>;
  /** Answers instead of the server if it returns true. */
  fault: (asked: Asked, response: ServerResponse) => boolean;
}

const api = '/api/2.0/';
const proxy = 'mlflow-artifacts/artifacts';
export const root = '1/models/m-1/artifacts';

/** Version 1 of the model `net`, with the alias `best`, and these artifacts. */
export async function startMlflow(files: Readonly<Record<string, string | Uint8Array>>): Promise<TestMlflow> {
  const asked: Asked[] = [];
  const artifacts = new Map(Object.entries(files).map(([path, content]) => [`${root}/${path}`, Buffer.from(content)]));
  const answers = new Map<string, unknown>(Object.entries(known));
  const server = createServer((request, response) => {
    const one = { path: request.url ?? '', headers: request.headers };
    asked.push(one);
    if (mlflow.fault(one, response)) return;
    const path = one.path.replace(api, '');
    const folder = new URLSearchParams(path.split('?')[1]).get('path');
    const answer = answers.get(path) ?? (path.startsWith(`${proxy}?`) && folder !== null && list(artifacts, folder));
    if (answer) response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    else if (path.startsWith(`${proxy}/`))
      send(artifacts.get(decodeURIComponent(path.slice(proxy.length + 1))), one, response);
    else response.writeHead(404).end(JSON.stringify({ error_code: 'RESOURCE_DOES_NOT_EXIST' }));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const mlflow: TestMlflow = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answers,
    artifacts,
    fault: () => false,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return mlflow;
}

const run = {
  info: { artifact_uri: 'mlflow-artifacts:/1/r1/artifacts' },
  data: {
    params: [{ key: 'lr', value: '0.1' }],
    metrics: [
      { key: 'loss', value: 0.125 },
      { key: 'gap', value: 'NaN' },
    ],
  },
  outputs: { model_outputs: [{ model_id: 'm-1' }] },
};
const version = { version: '1', run_id: 'r1', source: 'models:/m-1', status: 'READY', description: 'A net' };

const known = {
  'mlflow/model-versions/get?name=net&version=1': { model_version: version },
  'mlflow/registered-models/alias?name=net&alias=best': { model_version: version },
  'mlflow/registered-models/get-latest-versions?name=net': {
    model_versions: [{ ...version, version: '0' }, version],
  },
  'mlflow/model-versions/get-download-uri?name=net&version=1': { artifact_uri: `mlflow-artifacts:/${root}` },
  'mlflow/logged-models/m-1': {
    model: { info: { name: 'model', artifact_uri: `mlflow-artifacts:/${root}`, source_run_id: 'r1' }, data: {} },
  },
  'mlflow/runs/get?run_id=r1': { run },
};

/** What is directly in a folder, as the proxy lists it. */
function list(artifacts: ReadonlyMap<string, Buffer>, folder: string): unknown {
  const below = [...artifacts].filter(([path]) => path.startsWith(`${folder}/`));
  const found = new Map(
    below.map(([path, { byteLength }]) => {
      const [name = '', ...rest] = path.slice(folder.length + 1).split('/');
      return [name, rest.length ? { path: name, is_dir: true } : { path: name, is_dir: false, file_size: byteLength }];
    }),
  );
  return { files: [...found.values()] };
}

function send(content: Buffer | undefined, { headers }: Asked, response: ServerResponse): void {
  if (!content) return void response.writeHead(404).end();
  const etag = `"${content.byteLength}-${content.subarray(0, 8).toString('hex')}"`;
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  const start = Number((isSame && /^bytes=(\d+)-/.exec(headers.range ?? '')?.[1]) || 0);
  response.writeHead(start ? 206 : 200, { etag, 'content-length': content.byteLength - start });
  response.end(content.subarray(start));
}
