import { type Content, type Descriptor, KitwrightError } from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import type { RegistryClient } from './createClient.ts';
import type { UploadMemory } from './createUploadMemory.ts';
import { type HttpAnswer, type HttpRequest, isRetriable, shownRequest } from './dispatch.ts';
import type { Quirks } from './quirks.ts';
import { maxAttempts } from './retryDelay.ts';

export interface UploadContext {
  readonly client: RegistryClient;
  readonly scopes: readonly string[];
  /** `/v2/<name>/blobs/uploads/` */
  readonly uploads: URL;
  readonly quirks: Quirks;
  readonly memory: UploadMemory;
  /** An upload that a refused mount has opened already. */
  readonly opened?: URL | undefined;
}

/** Contents up to this many bytes go in one request everywhere. */
const smallBytes = 4 * 1024 * 1024;

/**
 * Uploads one content (distribution-spec 1.1, "Pushing blobs"). After a cut it goes on where the registry stopped, even
 * in another process. Throws `network-failed`, `unauthorized`, `remote-refused`, `remote-malformed`.
 */
export function uploadBlob(context: UploadContext, descriptor: Descriptor, content: Content): Promise<void> {
  return descriptor.size <= smallBytes || context.quirks.upload === 'put'
    ? putWhole(context, descriptor, content)
    : putInParts(context, descriptor, content);
}

const busy: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** All bytes in one request. After a failure the upload starts again: such registries keep nothing of it. */
async function putWhole(context: UploadContext, descriptor: Descriptor, content: Content): Promise<void> {
  let location = context.opened ?? (await openUpload(context));
  for (let attempt = 0; ; attempt++) {
    let failure: unknown;
    let answer: HttpAnswer | undefined;
    try {
      answer = await commit(context, location, descriptor, content);
      await answer.discard();
      if (!busy.has(answer.status)) return;
    } catch (error) {
      if (!isRetriable(error)) throw error;
      failure = error;
    }
    if (attempt >= maxAttempts - 1) throw tooOften(descriptor.digest, context, failure);
    await context.client.pause(attempt, answer);
    location = await openUpload(context);
  }
}

export async function openUpload({ client, scopes, uploads }: UploadContext): Promise<URL> {
  const request: HttpRequest = { method: 'POST', url: uploads, headers: { 'content-length': '0' } };
  const answer = await client.send(request, scopes);
  if (answer.status !== 202) throw await answerError(request, answer, 'take an upload');
  const location = locationOf(request, answer);
  await answer.discard();
  return location;
}

function locationOf(request: HttpRequest, answer: HttpAnswer, before?: URL): URL {
  const header = answer.header('location');
  if (!header && before) return before;
  if (!header || !URL.canParse(header, request.url.href))
    throw new KitwrightError('remote-malformed', `${shownRequest(request)} was answered without a usable location.`);
  const location = new URL(header, request.url);
  if (request.url.protocol === 'https:' && location.protocol !== 'https:')
    throw new KitwrightError('remote-malformed', `${shownRequest(request)} leads to an address without encryption.`);
  return location;
}

async function commit(
  { client, scopes }: UploadContext,
  location: URL,
  descriptor: Descriptor,
  content?: Content,
): Promise<HttpAnswer> {
  const request: HttpRequest = {
    method: 'PUT',
    url: withDigest(location, descriptor),
    headers: { 'content-type': 'application/octet-stream', ...(content ? {} : { 'content-length': '0' }) },
    body: content && partOf(content, 0, descriptor.size),
  };
  const answer = content ? await client.sendOnce(request, scopes) : await client.send(request, scopes);
  if (answer.status === 201 || answer.status === 204 || busy.has(answer.status)) return answer;
  throw await answerError(request, answer, `keep ${descriptor.digest}`);
}

function withDigest(location: URL, { digest }: Descriptor): URL {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url;
}

/**
 * Borrowed memory will do: undici waits until a block of 64 KiB or more has left the socket's queue before it asks for
 * the next.
 */
function partOf(content: Content, start: number, end: number) {
  return {
    length: end - start,
    open: () => (content.borrow ?? content)({ start, end }),
  };
}

function tooOften(label: string, { uploads }: UploadContext, cause: unknown): KitwrightError {
  return new KitwrightError(
    'network-failed',
    `${uploads.host} does not take ${label}: no progress in ${maxAttempts} tries.`,
    {
      cause,
      hint: 'What it has is remembered: the same command goes on from there.',
    },
  );
}

/** What is sent in parts. */
export interface Sending {
  /** Bytes. */
  readonly size: number;
  /** What the upload is remembered by: the digest, or where the content comes from while it is not known. */
  readonly key: string;
  /** As errors call it. */
  readonly label: string;
  readonly content: Content;
}

async function putInParts(context: UploadContext, descriptor: Descriptor, content: Content): Promise<void> {
  const { size, digest } = descriptor;
  const sending: Sending = { size, key: digest, label: digest, content };
  const location = await sendParts(context, await beginUpload(context, sending), sending);
  await commitUpload(context, location, descriptor, sending);
}

/** An upload under way: where it goes on, and how many bytes the registry has. */
interface Progress {
  readonly location: URL;
  readonly offset: number;
}

/** Sends all of a content, part after part, and goes on after cuts. Gives the address at which it is committed. */
export async function sendParts(context: UploadContext, start: Progress, sending: Sending): Promise<URL> {
  let progress = start;
  let furthest = start.offset;
  let failures = 0;
  const again = async (cause: unknown, answer?: HttpAnswer) => {
    if (++failures >= maxAttempts) throw tooOften(sending.label, context, cause);
    await answer?.discard();
    await context.client.pause(failures - 1, answer);
    progress = await recover(context, progress.location);
    context.memory.remember(sending.key, progress.location);
    if (progress.offset > furthest) failures = 0;
    furthest = Math.max(furthest, progress.offset);
  };
  while (progress.offset < sending.size) {
    try {
      const result = await sendPart(context, progress, sending);
      if (!isProgress(result)) {
        await again(undefined, result);
        continue;
      }
      progress = result;
      furthest = progress.offset;
      failures = 0;
      context.memory.remember(sending.key, progress.location);
    } catch (error) {
      if (!isRetriable(error)) throw error;
      await again(error);
    }
  }
  return progress.location;
}

/** After a cut: what the registry has is what counts. An upload that it forgot starts again. */
async function recover(context: UploadContext, location: URL): Promise<Progress> {
  return (await askOffset(context, location)) ?? { location: await openUpload(context), offset: 0 };
}

/** Asks how far an upload is; undefined if the registry does not know it (any more). */
async function askOffset({ client, scopes }: UploadContext, location: URL): Promise<Progress | undefined> {
  const request: HttpRequest = { method: 'GET', url: location };
  const answer = await client.send(request, scopes);
  await answer.discard();
  if (answer.status !== 204 && answer.status !== 200) return undefined;
  return { location: locationOf(request, answer, location), offset: offsetIn(answer) ?? 0 };
}

/** `Range: 0-N` of an upload: N + 1 bytes are there; registries write `0-0` for none, too. */
function offsetIn(answer: HttpAnswer): number | undefined {
  const match = /^(?:bytes=)?0-(\d{1,15})$/.exec(answer.header('range')?.trim() ?? '');
  if (!match) return undefined;
  return match[1] === '0' ? 0 : Number(match[1]) + 1;
}

/** Sends one part. The answer says how far the upload is, unless the registry is known to say it wrong. */
async function sendPart(
  { client, scopes, quirks }: UploadContext,
  { location, offset }: Progress,
  { size, label, content }: Sending,
): Promise<Progress | HttpAnswer> {
  const end = Math.min(offset + quirks.chunkBytes, size);
  const request: HttpRequest = {
    method: 'PATCH',
    url: location,
    headers: { 'content-type': 'application/octet-stream', 'content-range': `${offset}-${end - 1}` },
    body: partOf(content, offset, end),
  };
  const answer = await client.sendOnce(request, scopes);
  if (busy.has(answer.status) || answer.status === 416) return answer;
  if (answer.status !== 202 && answer.status !== 201 && answer.status !== 204)
    throw await answerError(request, answer, `take bytes ${offset}-${end - 1} of ${label}`);
  await answer.discard();
  return { location: locationOf(request, answer, location), offset: (quirks.trustsRange && offsetIn(answer)) || end };
}

function isProgress(result: Progress | HttpAnswer): result is Progress {
  return 'offset' in result;
}

/** Where an upload begins: where an earlier one of the same content stopped, or anew. */
export async function beginUpload(context: UploadContext, { key }: Pick<Sending, 'key'>): Promise<Progress> {
  const { memory } = context;
  const known = memory.recall(key);
  const resumed = known && (await askOffset(context, known));
  const start = resumed ?? { location: context.opened ?? (await openUpload(context)), offset: 0 };
  memory.remember(key, start.location);
  return start;
}

/** Gives an upload that is complete its digest. */
export async function commitUpload(
  context: UploadContext,
  location: URL,
  descriptor: Descriptor,
  { key }: Pick<Sending, 'key'>,
): Promise<void> {
  const answer = await commit(context, location, descriptor);
  await answer.discard();
  context.memory.forget(key);
  if (busy.has(answer.status)) throw tooOften(descriptor.digest, context, undefined);
}
