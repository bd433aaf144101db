import type { IncomingMessage } from 'node:http';

/** One request as it was received. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Bytes of the body that were read. */
  bodyBytes: number;
}

/** Reads a body; with a limit (bytes) it stops there and returns the bytes until then. */
export async function readBody(request: IncomingMessage, log: LoggedRequest, limit = Number.POSITIVE_INFINITY) {
  const parts: Buffer[] = [];
  for await (const bytes of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const kept = bytes.subarray(0, limit - log.bodyBytes);
    parts.push(kept);
    log.bodyBytes += kept.byteLength;
    if (log.bodyBytes >= limit) break;
  }
  return Buffer.concat(parts);
}
