import { type ByteRange, type ByteStream, type Descriptor, KitwrightError } from '@kitwright/core';
import { answerError } from './answerError.ts';
import type { RegistryClient } from './client.ts';
import { type HttpAnswer, type HttpRequest, isRetriable, networkError, shownRequest } from './dispatch.ts';
import { maxAttempts } from './retryDelay.ts';

const malformed = (request: HttpRequest, why: string, data: Readonly<Record<string, unknown>> = {}): KitwrightError =>
  new KitwrightError('remote-malformed', `${shownRequest(request)} was answered ${why}.`, {
    data: { request: shownRequest(request), ...data },
  });

/** Bytes of a whole answer that lie before the wanted part may be skipped up to here; more is a waste. */
const maxSkip = 1024 * 1024;

/** How many bytes of the body come before the wanted ones. */
const skipOf = (request: HttpRequest, answer: HttpAnswer, start: number, partial: boolean): number => {
  if (answer.status === 206) {
    const match = /^bytes (\d{1,16})-/.exec(answer.header('content-range') ?? '');
    if (!match || Number(match[1]) !== start) throw malformed(request, 'with another part than was asked for');
    return 0;
  }
  if (partial && start > maxSkip)
    throw malformed(request, 'with everything instead of a part', { rangesIgnored: true });
  return start;
};

interface Attempt {
  readonly request: HttpRequest;
  readonly answer: HttpAnswer;
  readonly skip: number;
}

const open = async (
  client: RegistryClient,
  scopes: readonly string[],
  url: URL,
  { start, end }: ByteRange,
  size: number,
): Promise<Attempt> => {
  const partial = start > 0 || end < size;
  const headers = { 'accept-encoding': 'identity', ...(partial ? { range: `bytes=${start}-${end - 1}` } : {}) };
  const request: HttpRequest = { method: 'GET', url, headers };
  const answer = await client.send(request, scopes);
  if (answer.status === 404) throw new KitwrightError('kit-not-found', `${url.host} does not have ${url.pathname}.`);
  if (answer.status !== 200 && answer.status !== 206) throw await answerError(request, answer, 'give a content');
  const encoding = answer.header('content-encoding');
  if (encoding && encoding !== 'identity')
    throw malformed(request, `with an encoding that was not asked for (${JSON.stringify(encoding)})`);
  return { request, answer, skip: skipOf(request, answer, start, partial) };
};

/** The wanted bytes of one answer; ends early if the answer does. */
async function* bytesOf({ request, answer, skip }: Attempt, wanted: number): ByteStream {
  let [left, toSkip] = [wanted, skip];
  try {
    for await (const bytes of answer.body) {
      const part = bytes.subarray(Math.min(toSkip, bytes.byteLength));
      toSkip -= bytes.byteLength - part.byteLength;
      const kept = part.subarray(0, left);
      left -= kept.byteLength;
      if (kept.byteLength) yield kept;
      if (left === 0) return;
    }
  } catch (error) {
    throw error instanceof KitwrightError ? error : networkError(request, error);
  }
}

/**
 * A content, or a part of it; after a cut it goes on from the last byte. The receiver verifies the digest.
 * Throws `network-failed`, `kit-not-found`, `unauthorized`, `remote-refused`, `remote-malformed`.
 */
export async function* downloadBlob(
  client: RegistryClient,
  scopes: readonly string[],
  url: URL,
  { size, digest }: Descriptor,
  range: ByteRange = { start: 0, end: size },
): ByteStream {
  let [at, failures] = [range.start, 0];
  while (at < range.end) {
    const before = at;
    let cause: unknown;
    try {
      const attempt = await open(client, scopes, url, { start: at, end: range.end }, size);
      for await (const bytes of bytesOf(attempt, range.end - at)) {
        at += bytes.byteLength;
        yield bytes;
      }
    } catch (error) {
      if (!isRetriable(error)) throw error;
      cause = error;
    }
    if (at >= range.end) return;
    failures = at > before ? 1 : failures + 1;
    if (failures >= maxAttempts)
      throw new KitwrightError('network-failed', `${url.host} does not send all of ${digest}: ${at} bytes came.`, {
        cause,
        hint: 'What came is kept: the same command goes on from there.',
      });
    await client.pause(failures - 1);
  }
}
