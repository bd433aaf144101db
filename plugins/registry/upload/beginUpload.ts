import type { HttpAnswer } from '../HttpAnswer.ts';
import type { HttpRequest } from '../HttpRequest.ts';
import { locationOf, openUpload, type Upload } from './openUpload.ts';

/** An open upload: its URL, and how many bytes the registry has. */
export interface Progress {
  readonly location: URL;
  readonly offset: number;
}

/** Resumes an earlier upload with the same key, or opens a new one. */
export async function beginUpload(upload: Upload, key: string): Promise<Progress> {
  const { memory } = upload;
  const known = memory.recall(key);
  const resumed = known && (await askProgress(upload, known));
  const start = resumed ?? { location: upload.opened ?? (await openUpload(upload)), offset: 0 };
  memory.remember(key, start.location);
  return start;
}

/** Asks for the offset of an upload; undefined if the registry does not know it any more. */
export async function askProgress({ client, scopes }: Upload, location: URL): Promise<Progress | undefined> {
  const request: HttpRequest = { method: 'GET', url: location };
  const answer = await client.send(request, scopes());
  await answer.discard();
  if (answer.status !== 204 && answer.status !== 200) return undefined;
  return { location: locationOf(request, answer, location), offset: offsetIn(answer) ?? 0 };
}

/** `Range: 0-N` of an upload means N + 1 bytes; registries also write `0-0` for no bytes. */
export function offsetIn(answer: HttpAnswer): number | undefined {
  const match = /^(?:bytes=)?0-(\d{1,15})$/.exec(answer.header('range')?.trim() ?? '');
  if (!match) return undefined;
  return match[1] === '0' ? 0 : Number(match[1]) + 1;
}
