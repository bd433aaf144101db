import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultAction } from './faults.ts';

/** An answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export function refusal(status: number, code: string, message = code): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ errors: [{ code, message }] })),
  };
}

/** Sends an answer, changed by a fault if one hits it. */
export function send(request: IncomingMessage, response: ServerResponse, right: Answer, fault?: FaultAction): void {
  const { status, headers = {}, body = Buffer.alloc(0) } = changed(right, fault);
  const length = headers['content-length'] ?? String(body.byteLength);
  response.writeHead(status, { ...headers, 'content-length': length });
  if (request.method === 'HEAD') {
    response.end();
  } else if (fault?.kind === 'truncate') {
    response.write(body.subarray(0, fault.bytes), () => request.socket.destroy());
  } else response.end(body);
}

function changed(answer: Answer, fault: FaultAction | undefined): Answer {
  if (fault?.kind === 'corrupt' && answer.body) return { ...answer, body: corrupted(answer.body) };
  if (fault?.kind === 'headers') return { ...answer, headers: { ...answer.headers, ...fault.headers } };
  return answer;
}

function corrupted(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  copy[copy.byteLength - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}
