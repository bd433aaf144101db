import {
  type Content,
  type Descriptor,
  KitwrightError,
  observeContent,
  retrying,
  TransientError,
} from '@kitwright/core/plugin';
import { answerError } from '../answerError.ts';
import { refuseBusy } from '../createClient.ts';
import type { HttpAnswer } from '../HttpAnswer.ts';
import type { HttpRequest } from '../HttpRequest.ts';
import { hasContent } from '../hasContent.ts';
import { askProgress, offsetIn, type Progress } from './beginUpload.ts';
import { commitRequest, isCommitted } from './commitBlob.ts';
import { locationOf, openUpload, tooOften, type Upload } from './openUpload.ts';
import { requestBody } from './requestBody.ts';

/** A blob that is uploaded in parts. */
export interface Sending {
  /** Bytes. */
  readonly size: number;
  /** The key of the stored upload: the digest, or the source of the bytes while it is not known. */
  readonly key: string;
  /** Its name in errors. */
  readonly label: string;
  readonly content: Content;
  /** If it is known, a blob of one part is sent with its commit. */
  readonly descriptor?: Descriptor;
}

/**
 * Uploads a blob part by part, and resumes after cuts. Returns the URL for the commit; undefined if the registry has the blob
 * already.
 */
export async function sendParts(upload: Upload, start: Progress, given: Sending): Promise<URL | undefined> {
  const sending = { ...given, content: bounded(upload, given) };
  const { descriptor } = sending;
  let progress = start;
  let [isKnown, isWhole, isDone] = [true, descriptor && sending.size <= upload.quirks.chunkBytes, false];
  const step = async (next: () => Promise<Progress>) => {
    progress = await next();
    upload.memory.remember(sending.key, progress.location);
  };
  const find = async () => {
    const found = await askProgress(upload, progress.location);
    // An answer may have been lost, and not the blob.
    isDone = !found && descriptor !== undefined && (await hasContent(upload, descriptor));
    if (!isDone) await step(async () => found ?? { location: await openUpload(upload), offset: 0 });
  };
  /** Where that is refused, parts may be taken, or their refusal says why not. */
  const sendWhole = async (whole: Descriptor) => {
    isWhole = false;
    const request = commitRequest(progress.location, whole, sending.content);
    const answer = await refuseBusy(await upload.client.sendOnce(request, upload.scopes()));
    await answer.discard();
    isDone = isCommitted(answer);
    if (!isDone) await find();
  };
  const sendRest = async () => {
    if (!isKnown) await find();
    isKnown = false;
    if (descriptor && isWhole && !isDone && progress.offset === 0) await sendWhole(descriptor);
    while (!isDone && progress.offset < sending.size) {
      const { offset } = progress;
      await step(() => sendPart(upload, progress, sending));
      if (progress.offset <= offset)
        throw new TransientError(`${upload.client.origin.host} took nothing of ${sending.label}`);
    }
  };
  await retrying(sendRest, {
    ...upload.client.patience,
    progress: () => progress.offset,
    giveUp: (last) => tooOften(sending.label, upload, last),
  });
  return isDone ? undefined : progress.location;
}

/** What may be sent of a blob in all: so often its size, and so many bytes. */
const [mostTimes, freeBytes] = [8, 64 * 1024 ** 2];

/** A registry that asks for the same bytes again and again would be sent them for ever. Throws `remote-malformed`. */
function bounded({ client }: Upload, { content, size, label }: Sending): Content {
  let sent = 0;
  return observeContent(content, (bytes) => {
    sent += bytes;
    if (sent <= mostTimes * size + freeBytes) return;
    const message = `${client.origin.host} asks for the bytes of ${label} again and again.`;
    throw new KitwrightError('remote-malformed', message, { data: { sent, size } });
  });
}

/** Sends one part. The answer gives the offset, unless the registry is known to give a wrong one. */
async function sendPart(
  { client, scopes, quirks }: Upload,
  { location, offset }: Progress,
  { size, label, content }: Sending,
): Promise<Progress> {
  const end = Math.min(offset + quirks.chunkBytes, size);
  const request: HttpRequest = {
    method: 'PATCH',
    url: location,
    headers: { 'content-type': 'application/octet-stream', 'content-range': `${offset}-${end - 1}` },
    body: requestBody(content, { start: offset, end }),
  };
  const answer = await refuseBusy(await client.sendOnce(request, scopes()));
  if (answer.status === 416) throw await otherOffset(answer);
  if (answer.status !== 202 && answer.status !== 201 && answer.status !== 204)
    throw await answerError(request, answer, `take bytes ${offset}-${end - 1} of ${label}`);
  await answer.discard();
  return { location: locationOf(request, answer, location), offset: (quirks.trustsRange && offsetIn(answer)) || end };
}

/** The registry has another offset than expected: it is asked before the next try. */
async function otherOffset(answer: HttpAnswer): Promise<TransientError> {
  await answer.discard();
  return new TransientError(`${answer.url.host} expects the upload at another offset`);
}
