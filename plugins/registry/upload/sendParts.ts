import { type Content, retrying, TransientError } from '@kitwright/core/plugin';
import { answerError } from '../answerError.ts';
import { refuseBusy } from '../createClient.ts';
import type { HttpAnswer } from '../HttpAnswer.ts';
import type { HttpRequest } from '../HttpRequest.ts';
import { askProgress, offsetIn, type Progress } from './beginUpload.ts';
import { locationOf, openUpload, tooOften, type UploadContext } from './openUpload.ts';
import { requestBody } from './requestBody.ts';

/** What is sent in parts. */
export interface Sending {
  /** Bytes. */
  readonly size: number;
  /** What the upload is remembered by: the digest, or where the bytes come from while it is not known. */
  readonly key: string;
  /** As errors call it. */
  readonly label: string;
  readonly content: Content;
}

/** Sends all of a blob, part after part, and resumes after cuts. Gives the address at which it is committed. */
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

/** After a cut: the upload resumes at what the registry has. One that it forgot starts again. */
async function recover(context: UploadContext, location: URL): Promise<Progress> {
  return (await askProgress(context, location)) ?? { location: await openUpload(context), offset: 0 };
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
    body: requestBody(content, { start: offset, end }),
  };
  const answer = await refuseBusy(await client.sendOnce(request, scopes()));
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
