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
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { shownRequest } from './networkError.ts';
import type { Repository } from './Repository.ts';
import { type Answered, readAnswer } from './readAnswer.ts';

/**
 * Reads a part of a blob; resumes after the last byte if the connection is cut. The receiver verifies the digest.
 * Throws `network-failed`, `kit-not-found`, `unauthorized`, `remote-refused`, `remote-malformed`, and what `take`
 * throws.
 */
export async function downloadBlob(
  repository: Repository,
  descriptor: Descriptor,
  { start, end }: ByteRange,
  take: TakeBlock,
): Promise<void> {
  const download = downloadOf(repository, descriptor);
  let at = start;
  const takeNext: TakeBlock = (bytes) => {
    const taken = take(bytes);
    at += bytes.byteLength;
    return taken;
  };
  const readRest = async () => {
    if (at < end) await readPart(repository, descriptor, { start: at, end }, takeNext);
  };
  await retrying(
    readRest,
    patienceOf(download, () => at),
  );
}

/** The same in one request. A cut, or an answer that ends early, is a `TransientError`. */
export async function readPart(
  repository: Repository,
  descriptor: Descriptor,
  { start, end }: ByteRange,
  take: TakeBlock,
): Promise<void> {
  const download = downloadOf(repository, descriptor);
  let at = start;
  await readAnswer(await ask(download, { start, end }), end - start, (bytes) => {
    at += bytes.byteLength;
    return take(bytes);
  });
  if (at < end) throw tooShort(download, at);
}

function downloadOf(repository: Repository, descriptor: Descriptor): Download {
  return { ...repository, descriptor, url: repository.at(`blobs/${descriptor.digest}`) };
}

/** What is downloaded. */
interface Download extends Repository {
  readonly descriptor: Descriptor;
  readonly url: URL;
}

function tooShort({ url, descriptor: { digest, size } }: Download, at: number): TransientError {
  return new TransientError(`${url.host} sent ${at} of ${size} bytes of ${digest}`);
}

function patienceOf({ client, url, descriptor: { digest } }: Download, progress: () => number): RetryOptions {
  const giveUp = (last: TransientError) =>
    new KitwrightError(
      'network-failed',
      `${url.host} does not send all of ${digest}: ${progress()} bytes were received, and no more in ${maxAttempts} tries.`,
      { cause: last, hint: 'The received bytes are kept: the same command resumes there.' },
    );
  return { ...client.patience, progress, giveUp };
}

/** A part of at least this many bytes uses a connection with reused memory. */
const longBytes = 8 * 1024 * 1024;

async function ask(
  { client, scopes, url, wholes, descriptor: { digest, size } }: Download,
  { start, end }: ByteRange,
): Promise<Answered> {
  const partial = start > 0 || end < size;
  const kept = partial ? undefined : wholes.get(digest);
  if (kept) {
    wholes.delete(digest);
    return kept;
  }
  const headers = { 'accept-encoding': 'identity', ...(partial ? { range: `bytes=${start}-${end - 1}` } : {}) };
  const asked: HttpRequest = { method: 'GET', url, headers, unbuffered: end - start >= longBytes };
  const answer = await client.send(asked, scopes());
  let answered: Answered;
  try {
    answered = { request: asked, answer, skip: await skipOf(asked, answer, start) };
  } catch (error) {
    await answer.discard();
    throw error;
  }
  if (!partial || start > 0 || end < longBytes || answer.status !== 200) return answered;
  await wholes.get(digest)?.answer.discard();
  wholes.set(digest, answered);
  throw ignored(asked);
}

/** How many bytes of the body are before `start`, the first wanted one. */
async function skipOf(request: HttpRequest, answer: HttpAnswer, start: number): Promise<number> {
  const { status, url } = answer;
  if (status === 404) throw new KitwrightError('kit-not-found', `${url.host} does not have ${url.pathname}.`);
  if (status !== 200 && status !== 206) throw await answerError(request, answer, 'give a blob');
  const encoding = answer.header('content-encoding');
  if (encoding && encoding !== 'identity')
    throw malformed(request, `with an encoding that was not requested (${JSON.stringify(encoding)})`);
  if (status === 206) return checkStart(request, answer, start);
  if (start > maxSkip) throw ignored(request);
  return start;
}

function ignored(request: HttpRequest): KitwrightError {
  return malformed(request, 'with everything instead of a part', { rangesIgnored: true });
}

function malformed(request: HttpRequest, why: string, data: Readonly<Record<string, unknown>> = {}): KitwrightError {
  return new KitwrightError('remote-malformed', `${shownRequest(request)} was answered ${why}.`, {
    data: { request: shownRequest(request), ...data },
  });
}

/** The most bytes of a whole answer that are skipped to reach the wanted part. */
const maxSkip = 1024 * 1024;

function checkStart(request: HttpRequest, answer: HttpAnswer, start: number): 0 {
  const match = /^bytes (\d{1,16})-/.exec(answer.header('content-range') ?? '');
  if (!match || Number(match[1]) !== start) throw malformed(request, 'with another part than requested');
  return 0;
}
