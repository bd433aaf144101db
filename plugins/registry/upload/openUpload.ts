import { KitwrightError, maxAttempts, type TransientError } from '@kitwright/core/plugin';
import { answerError } from '../answerError.ts';
import type { HttpAnswer } from '../HttpAnswer.ts';
import type { HttpRequest } from '../HttpRequest.ts';
import { shownRequest } from '../networkError.ts';
import type { Repository } from '../Repository.ts';
import type { UploadMemory } from './createUploadMemory.ts';

export interface UploadContext extends Repository {
  readonly memory: UploadMemory;
  /** An upload that a refused mount has opened already. */
  readonly opened?: URL | undefined;
}

/** Opens an upload and gives the address to which it is sent. */
export async function openUpload({ client, scopes, at }: UploadContext): Promise<URL> {
  const request: HttpRequest = { method: 'POST', url: at('blobs/uploads/'), headers: { 'content-length': '0' } };
  const answer = await client.send(request, scopes());
  if (answer.status !== 202) throw await answerError(request, answer, 'take an upload');
  const location = locationOf(request, answer);
  await answer.discard();
  return location;
}

/** The address that an answer names; else the one before. Throws `remote-malformed`. */
export function locationOf(request: HttpRequest, answer: HttpAnswer, before?: URL): URL {
  const header = answer.header('location');
  if (!header && before) return before;
  if (!header || !URL.canParse(header, request.url.href))
    throw new KitwrightError('remote-malformed', `${shownRequest(request)} was answered without a usable location.`);
  const location = new URL(header, request.url);
  if (request.url.protocol === 'https:' && location.protocol !== 'https:')
    throw new KitwrightError('remote-malformed', `${shownRequest(request)} leads to an address without encryption.`);
  return location;
}

/** What an upload ends with after its last try. */
export function tooOften(label: string, { client }: UploadContext, cause: TransientError): KitwrightError {
  return new KitwrightError(
    'network-failed',
    `${client.origin.host} does not take ${label}: no progress in ${maxAttempts} tries.`,
    {
      cause,
      hint: 'What it has is remembered: the same command goes on from there.',
    },
  );
}
