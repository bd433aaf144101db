import { KitwrightError } from '@kitwright/core/plugin';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { networkError, shownRequest } from './networkError.ts';

/** Time in ms that a small answer may take: a host that sends a byte now and then is not waited for. */
const timeLimit = 120_000;

/** Reads a small body. Throws `remote-malformed` above `limit` bytes, `network-failed` if it is cut or does not end. */
export async function readBody(answer: HttpAnswer, request: HttpRequest, limit: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const refuse = (why: string) =>
    new KitwrightError('remote-malformed', `${shownRequest(request)} was answered with ${why}.`, {
      data: { request: shownRequest(request) },
    });
  const encoding = answer.header('content-encoding');
  if (encoding && encoding !== 'identity')
    throw refuse(`an encoding that was not asked for: ${JSON.stringify(encoding)}`);
  const deadline = Date.now() + timeLimit;
  try {
    for await (const bytes of answer.body) {
      size += bytes.byteLength;
      if (size > limit) throw refuse(`more than ${limit} bytes`);
      if (Date.now() > deadline) throw refuse('a body that does not end');
      parts.push(bytes);
    }
  } catch (error) {
    throw error instanceof KitwrightError ? error : networkError(request, error);
  }
  return Buffer.concat(parts);
}

const maxDepth = 64;

/** Reads a JSON object of at most `limit` bytes. Throws `remote-malformed`. */
export async function readJson(
  answer: HttpAnswer,
  request: HttpRequest,
  limit: number,
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBody(answer, request, limit);
  const refuse = (why: string, cause?: unknown) =>
    new KitwrightError('remote-malformed', `${shownRequest(request)} was not answered with usable JSON: ${why}.`, {
      cause,
    });
  let value: unknown;
  try {
    // Nesting needs at least one byte a level, so the text is bounded before it is parsed.
    value = JSON.parse(bytes.toString());
  } catch (error) {
    throw refuse('it cannot be parsed', error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('it is no object');
  if (depthOf(value) > maxDepth) throw refuse('it is nested too deeply');
  return value as Readonly<Record<string, unknown>>;
}

function depthOf(value: unknown): number {
  return typeof value === 'object' && value !== null
    ? 1 + Object.values(value).reduce((deepest: number, child) => Math.max(deepest, depthOf(child)), 0)
    : 0;
}
