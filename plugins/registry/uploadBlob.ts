import {
  type ByteRange,
  type ByteStream,
  type Content,
  type Descriptor,
  KitwrightError,
  lentStreamOf,
  maxAttempts,
  retrying,
  TransientError,
} from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import { type RegistryClient, refuseBusy } from './createClient.ts';
import type { UploadMemory } from './createUploadMemory.ts';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest, RequestBody } from './HttpRequest.ts';
import { shownRequest } from './networkError.ts';
import type { Quirks } from './quirks.ts';

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

/** All bytes in one request. After a failure the upload starts again: such registries keep nothing of it. */
async function putWhole(context: UploadContext, descriptor: Descriptor, content: Content): Promise<void> {
  let opened = context.opened;
  const put = async () => {
    const location = opened ?? (await openUpload(context));
    opened = undefined;
    await commit(context, location, descriptor, content);
  };
  await retrying(put, { ...context.client.patience, giveUp: (last) => tooOften(descriptor.digest, context, last) });
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

/** Gives an upload its digest; with a content all of it is sent in the same request, once. */
async function commit(
  { client, scopes }: UploadContext,
  location: URL,
  descriptor: Descriptor,
  content?: Content,
): Promise<void> {
  const request: HttpRequest = {
    method: 'PUT',
    url: withDigest(location, descriptor),
    headers: { 'content-type': 'application/octet-stream', ...(content ? {} : { 'content-length': '0' }) },
    body: content && partOf(content, 0, descriptor.size),
  };
  const answer = content
    ? await refuseBusy(await client.sendOnce(request, scopes))
    : await client.send(request, scopes);
  if (answer.status !== 201 && answer.status !== 204)
    throw await answerError(request, answer, `keep ${descriptor.digest}`);
  await answer.discard();
}

function withDigest(location: URL, { digest }: Descriptor): URL {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url;
}

function partOf(content: Content, start: number, end: number): RequestBody {
  return { length: end - start, open: () => sendable(content, { start, end }) };
}

/** Blocks of fewer bytes get memory of their own. */
const queuedBytes = 128 * 1024;

/**
 * The bytes of a request. undici waits until a block of 64 KiB or more has left the socket's queue before it asks for
 * the next; a shorter one may still be there.
 */
async function* sendable(content: Content, range: ByteRange): ByteStream {
  for await (const bytes of lentStreamOf(content, range))
    yield bytes.byteLength < queuedBytes ? Buffer.from(bytes) : bytes;
}

function tooOften(label: string, { uploads }: UploadContext, cause: TransientError): KitwrightError {
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
  let isKnown = true;
  const step = async (next: () => Promise<Progress>) => {
    progress = await next();
    context.memory.remember(sending.key, progress.location);
  };
  const sendRest = async () => {
    if (!isKnown) await step(() => recover(context, progress.location));
    isKnown = false;
    while (progress.offset < sending.size) await step(() => sendPart(context, progress, sending));
  };
  await retrying(sendRest, {
    ...context.client.patience,
    progress: () => progress.offset,
    giveUp: (last) => tooOften(sending.label, context, last),
  });
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
): Promise<Progress> {
  const end = Math.min(offset + quirks.chunkBytes, size);
  const request: HttpRequest = {
    method: 'PATCH',
    url: location,
    headers: { 'content-type': 'application/octet-stream', 'content-range': `${offset}-${end - 1}` },
    body: partOf(content, offset, end),
  };
  const answer = await refuseBusy(await client.sendOnce(request, scopes));
  if (answer.status === 416) throw await otherOffset(answer);
  if (answer.status !== 202 && answer.status !== 201 && answer.status !== 204)
    throw await answerError(request, answer, `take bytes ${offset}-${end - 1} of ${label}`);
  await answer.discard();
  return { location: locationOf(request, answer, location), offset: (quirks.trustsRange && offsetIn(answer)) || end };
}

/** The registry has another number of bytes than we think: it is asked before the next try. */
async function otherOffset(answer: HttpAnswer): Promise<TransientError> {
  await answer.discard();
  return new TransientError(`${answer.url.host} wants the upload to go on elsewhere`);
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
  await commit(context, location, descriptor);
  context.memory.forget(key);
}
