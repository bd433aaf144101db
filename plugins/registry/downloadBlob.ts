import {
  type ByteRange,
  type ByteStream,
  createRetries,
  type Descriptor,
  KitwrightError,
  maxAttempts,
  type RetryOptions,
  retrying,
  type TakeBlock,
  TransientError,
} from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import type { RegistryClient } from './createClient.ts';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { networkError, shownRequest } from './networkError.ts';

/**
 * A content, or a part of it; after a cut it goes on from the last byte. The receiver verifies the digest.
 * Throws `network-failed`, `kit-not-found`, `unauthorized`, `remote-refused`, `remote-malformed`.
 */
export async function* downloadBlob(
  client: RegistryClient,
  scopes: readonly string[],
  url: URL,
  descriptor: Descriptor,
  range: ByteRange = { start: 0, end: descriptor.size },
): ByteStream {
  const download: Download = { client, scopes, url, descriptor, range, pours: false };
  let at = range.start;
  const retries = createRetries(patienceOf(download, () => at));
  while (at < range.end) {
    try {
      for await (const bytes of bytesOf(await open(download, at), range.end - at)) {
        at += bytes.byteLength;
        yield bytes;
      }
      if (at < range.end) throw tooShort(download, at);
    } catch (error) {
      await retries.failed(error);
    }
  }
}

/** What is downloaded, and how. */
interface Download {
  readonly client: RegistryClient;
  readonly scopes: readonly string[];
  readonly url: URL;
  readonly descriptor: Descriptor;
  readonly range: ByteRange;
  readonly pours: boolean;
}

function patienceOf({ client, url, descriptor: { digest } }: Download, progress: () => number): RetryOptions {
  const giveUp = (last: TransientError) =>
    new KitwrightError(
      'network-failed',
      `${url.host} does not send all of ${digest}: ${progress()} bytes came in ${maxAttempts} tries without progress.`,
      { cause: last, hint: 'What came is kept: the same command goes on from there.' },
    );
  return { ...client.patience, progress, giveUp };
}

function tooShort({ url, descriptor: { digest, size } }: Download, at: number): TransientError {
  return new TransientError(`${url.host} sent ${at} of ${size} bytes of ${digest}`);
}

interface Attempt {
  readonly request: HttpRequest;
  readonly answer: HttpAnswer;
  readonly skip: number;
}

/** The wanted bytes of one answer; ends early if the answer does. */
async function* bytesOf({ request, answer, skip }: Attempt, wanted: number): ByteStream {
  const { cut, isDone } = cutter(skip, wanted);
  try {
    for await (const bytes of answer.body) {
      const kept = cut(bytes);
      if (kept.byteLength) yield kept;
      if (isDone()) return;
    }
  } catch (error) {
    throw asCut(request, error);
  }
}

/** Cuts what is wanted out of the blocks of an answer. */
function cutter(skip: number, wanted: number) {
  let [toSkip, left] = [skip, wanted];
  return {
    cut: (bytes: Uint8Array): Uint8Array => {
      const part = bytes.subarray(Math.min(toSkip, bytes.byteLength));
      toSkip -= bytes.byteLength - part.byteLength;
      const kept = part.subarray(0, left);
      left -= kept.byteLength;
      return kept;
    },
    isDone: () => left === 0,
  };
}

/** What the network did to a body may pass; ours is thrown as it is. */
function asCut(request: HttpRequest, error: unknown): Error {
  return error instanceof KitwrightError
    ? error
    : new TransientError(`The connection to ${request.url.host} was cut`, { cause: networkError(request, error) });
}

async function open(
  { client, scopes, url, descriptor: { size }, range: { end }, pours }: Download,
  start: number,
): Promise<Attempt> {
  const partial = start > 0 || end < size;
  const headers = { 'accept-encoding': 'identity', ...(partial ? { range: `bytes=${start}-${end - 1}` } : {}) };
  const request: HttpRequest = { method: 'GET', url, headers, pours };
  const answer = await client.send(request, scopes);
  if (answer.status === 404) throw new KitwrightError('kit-not-found', `${url.host} does not have ${url.pathname}.`);
  if (answer.status !== 200 && answer.status !== 206) throw await answerError(request, answer, 'give a content');
  const encoding = answer.header('content-encoding');
  if (encoding && encoding !== 'identity')
    throw malformed(request, `with an encoding that was not asked for (${JSON.stringify(encoding)})`);
  return { request, answer, skip: skipOf(request, answer, start, partial) };
}

function malformed(request: HttpRequest, why: string, data: Readonly<Record<string, unknown>> = {}): KitwrightError {
  return new KitwrightError('remote-malformed', `${shownRequest(request)} was answered ${why}.`, {
    data: { request: shownRequest(request), ...data },
  });
}

/** Bytes of a whole answer that lie before the wanted part may be skipped up to here; more is a waste. */
const maxSkip = 1024 * 1024;

/** How many bytes of the body come before the wanted ones. */
function skipOf(request: HttpRequest, answer: HttpAnswer, start: number, partial: boolean): number {
  if (answer.status === 206) {
    const match = /^bytes (\d{1,16})-/.exec(answer.header('content-range') ?? '');
    if (!match || Number(match[1]) !== start) throw malformed(request, 'with another part than was asked for');
    return 0;
  }
  if (partial && start > maxSkip)
    throw malformed(request, 'with everything instead of a part', { rangesIgnored: true });
  return start;
}

/** A part of a content, poured; else like `downloadBlob`. */
export async function pourBlob(
  client: RegistryClient,
  scopes: readonly string[],
  url: URL,
  descriptor: Descriptor,
  range: ByteRange,
  take: TakeBlock,
): Promise<void> {
  const download: Download = { client, scopes, url, descriptor, range, pours: true };
  let at = range.start;
  const pourRest = async () => {
    if (at === range.end) return;
    await pourOf(await open(download, at), range.end - at, (bytes) => {
      take(bytes);
      at += bytes.byteLength;
    });
    if (at < range.end) throw tooShort(download, at);
  };
  await retrying(
    pourRest,
    patienceOf(download, () => at),
  );
}

/** The same, poured. What `take` throws is thrown as it is. */
async function pourOf({ request, answer, skip }: Attempt, wanted: number, take: TakeBlock): Promise<void> {
  const { cut, isDone } = cutter(skip, wanted);
  const enough = new Error('The answer is longer than what was asked for.');
  let refused: { readonly error: unknown } | undefined;
  try {
    await answer.pour((bytes) => {
      if (isDone()) throw enough;
      const kept = cut(bytes);
      try {
        if (kept.byteLength) take(kept);
      } catch (error) {
        refused = { error };
        throw error;
      }
    });
  } catch (error) {
    if (refused) throw refused.error;
    if (error !== enough) throw asCut(request, error);
  }
}
