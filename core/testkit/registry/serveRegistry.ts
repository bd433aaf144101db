import type { IncomingMessage } from 'node:http';
import { type Answer, send } from './answer.ts';
import type { RegistryContent } from './content.ts';
import type { Family } from './families.ts';
import { type Fault, type FaultAction, takeFault } from './faults.ts';
import { type LoggedRequest, readBody } from './LoggedRequest.ts';
import type { Handler } from './listen.ts';
import { answerRoute } from './routes.ts';
import type { Gate } from './tokens.ts';

/** What answering requests to a registry needs. */
export interface ServedRegistry {
  readonly content: RegistryContent;
  readonly requests: LoggedRequest[];
  readonly faults: readonly Fault[];
  readonly gate: Gate;
  readonly mounts: boolean;
  readonly pageSize: number;
  readonly family: Family | undefined;
  /** Where blobs are read, if that is another host: its URL. */
  readonly storage: string | undefined;
}

/** Answers requests to a registry, correctly or with faults. */
export function serveRegistry(registry: ServedRegistry): Handler {
  const hits = new Map<Fault, number>();
  return async (request, response) => {
    const path = request.url ?? '/';
    const [method, url] = [request.method ?? '', new URL(path, `http://127.0.0.1:${request.socket.localPort}`)];
    const log: LoggedRequest = { method, path, headers: request.headers, bodyBytes: 0 };
    registry.requests.push(log);
    const fault = takeFault(registry.faults, hits, method, path);
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'cut') return cut(request, url, registry.content, log, fault.afterBodyBytes ?? 0);
    if (fault?.kind === 'status') return send(request, response, await refusalOf(fault, request, log));
    const answer = await rightAnswer(registry, request, url, log, fault);
    if (!request.complete && !request.readableEnded) request.resume();
    send(request, response, answer, fault);
  };
}

/** If a body is cut, the registry keeps the bytes that it has read, as distribution does. */
async function cut(request: IncomingMessage, url: URL, content: RegistryContent, log: LoggedRequest, after: number) {
  const bytes = after > 0 ? await readBody(request, log, after) : Buffer.alloc(0);
  const id = url.pathname.split('/').at(-1) ?? '';
  const before = content.uploads.get(id);
  if (before) content.uploads.set(id, Buffer.concat([before, bytes]));
  request.socket.destroy();
}

async function refusalOf(
  { status, headers = {}, body = '' }: Extract<FaultAction, { readonly kind: 'status' }>,
  request: IncomingMessage,
  log: LoggedRequest,
): Promise<Answer> {
  await readBody(request, log);
  return { status, headers, body: Buffer.from(body) };
}

const pathForm = /^\/v2\/(.+?)\/((?:blobs|manifests|tags|referrers)\/.*)$/;

async function rightAnswer(
  registry: ServedRegistry,
  request: IncomingMessage,
  url: URL,
  log: LoggedRequest,
  fault: FaultAction | undefined,
): Promise<Answer> {
  const body = () => readBody(request, log);
  if (url.pathname === '/token') return registry.gate.token(request, url, (await body()).toString());
  const [, repository = '', rest = ''] = pathForm.exec(url.pathname) ?? [];
  const refused = registry.gate.check(request, url, repository);
  if (refused) return refused;
  if (url.pathname === '/v2/') return { status: 200, body: Buffer.from('{}') };
  return answerRoute({ ...registry, request, url, repository, rest, body, ignoreRange: fault?.kind === 'whole' });
}
