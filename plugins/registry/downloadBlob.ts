import {
  type ByteRange,
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

/** What is downloaded. */
export interface Download {
  readonly client: RegistryClient;
  readonly scopes: readonly string[];
  readonly url: URL;
  readonly descriptor: Descriptor;
}

/**
 * Reads a part of a blob; after a cut it goes on from the last byte. The receiver verifies the digest.
 * Throws `network-failed`, `kit-not-found`, `unauthorized`, `remote-refused`, `remote-malformed`, and what `take` throws.
 */
export async function downloadBlob(download: Download, { start, end }: ByteRange, take: TakeBlock): Promise<void> {
  let at = start;
  const takeNext: TakeBlock = (bytes) => {
    const taken = take(bytes);
    at += bytes.byteLength;
    return taken;
  };
  const readRest = async () => {
    if (at < end) await readAnswer(await request(download, { start: at, end }), end - at, takeNext);
    if (at < end) throw tooShort(download, at);
  };
  await retrying(
    readRest,
    patienceOf(download, () => at),
  );
}

function tooShort({ url, descriptor: { digest, size } }: Download, at: number): TransientError {
  return new TransientError(`${url.host} sent ${at} of ${size} bytes of ${digest}`);
}

function patienceOf({ client, url, descriptor: { digest } }: Download, progress: () => number): RetryOptions {
  const giveUp = (last: TransientError) =>
    new KitwrightError(
      'network-failed',
      `${url.host} does not send all of ${digest}: ${progress()} bytes came, and no more in ${maxAttempts} tries.`,
      { cause: last, hint: 'What came is kept: the same command goes on from there.' },
    );
  return { ...client.patience, progress, giveUp };
}

/** An answer that begins `skip` bytes before the wanted ones. */
interface Answered {
  readonly request: HttpRequest;
  readonly answer: HttpAnswer;
  readonly skip: number;
}

/** From so many bytes on a part is worth a connection whose memory is used again. */
const longBytes = 8 * 1024 * 1024;

async function request(
  { client, scopes, url, descriptor: { size } }: Download,
  { start, end }: ByteRange,
): Promise<Answered> {
  const partial = start > 0 || end < size;
  const headers = { 'accept-encoding': 'identity', ...(partial ? { range: `bytes=${start}-${end - 1}` } : {}) };
  const asked: HttpRequest = { method: 'GET', url, headers, pours: end - start >= longBytes };
  const answer = await client.send(asked, scopes);
  if (answer.status === 404) throw new KitwrightError('kit-not-found', `${url.host} does not have ${url.pathname}.`);
  if (answer.status !== 200 && answer.status !== 206) throw await answerError(asked, answer, 'give a content');
  const encoding = answer.header('content-encoding');
  if (encoding && encoding !== 'identity')
    throw malformed(asked, `with an encoding that was not asked for (${JSON.stringify(encoding)})`);
  return { request: asked, answer, skip: skipOf(asked, answer, start, partial) };
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

/**
 * Gives the wanted bytes of one answer, or fewer if it ends early. What `take` throws is thrown as it is, what the
 * network does as a `TransientError`.
 */
async function readAnswer({ request, answer, skip }: Answered, wanted: number, take: TakeBlock): Promise<void> {
  const { cut, isDone } = cutter(skip, wanted);
  const enough = new Error('The answer is longer than what was asked for.');
  let refused: { readonly error: unknown } | undefined;
  const guarded = guard(take, (error) => {
    refused ??= { error };
  });
  try {
    await answer.pour((bytes) => {
      if (isDone()) throw enough;
      const kept = cut(bytes);
      return kept.byteLength ? guarded(kept) : undefined;
    });
  } catch (error) {
    if (refused) throw refused.error;
    if (error !== enough) throw wasCut(request, error);
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

/** The same receiver; `onError` hears of what it throws, at once or later. */
function guard(take: TakeBlock, onError: (error: unknown) => void): TakeBlock {
  const note = (error: unknown): never => {
    onError(error);
    throw error;
  };
  return (bytes) => {
    try {
      return take(bytes)?.catch(note);
    } catch (error) {
      return note(error);
    }
  };
}

/** Errors of ours say already what happened. */
function wasCut(request: HttpRequest, error: unknown): Error {
  if (error instanceof KitwrightError) return error;
  return new TransientError(`The connection to ${request.url.host} was cut`, { cause: networkError(request, error) });
}
