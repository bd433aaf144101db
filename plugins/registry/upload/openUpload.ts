import { KitwrightError, maxAttempts, type TransientError } from '@kitwright/core/plugin';
import { answerError } from '../answerError.ts';
import type { HttpAnswer } from '../HttpAnswer.ts';
import type { HttpRequest } from '../HttpRequest.ts';
import { shownRequest } from '../networkError.ts';
import type { Repository } from '../Repository.ts';
import type { UploadMemory } from './createUploadMemory.ts';

export interface Upload extends Repository {
  readonly memory: UploadMemory;
  /** An upload that the registry has opened instead of a mount. */
  readonly opened?: URL | undefined;
}

/** Opens an upload and returns its URL. */
export async function openUpload({ client, scopes, at }: Upload): Promise<URL> {
  const request: HttpRequest = { method: 'POST', url: at('blobs/uploads/'), headers: { 'content-length': '0' } };
  const answer = await client.send(request, scopes());
  if (answer.status !== 202) throw await answerError(request, answer, 'take an upload');
  const location = locationOf(request, answer);
  await answer.discard();
  return location;
}

/** The URL in an answer, else the previous one. Throws `remote-malformed`. */
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

/** The error of an upload after its last try. */
export function tooOften(label: string, { client }: Upload, cause: TransientError): KitwrightError {
  return new KitwrightError(
    'network-failed',
    `${client.origin.host} does not accept ${label}: no progress in ${maxAttempts} tries.`,
    {
      cause,
      hint: 'Its bytes are kept: the same command resumes there.',
    },
  );
}
