import type { HttpAnswer } from '../HttpAnswer.ts';
import type { HttpRequest } from '../HttpRequest.ts';
import { locationOf, openUpload, type UploadContext } from './openUpload.ts';

/** An upload under way: where it goes on, and how many bytes the registry has. */
export interface Progress {
  readonly location: URL;
  readonly offset: number;
}

/** Where an upload begins: where an earlier one with the same key stopped, or anew. */
export async function beginUpload(context: UploadContext, key: string): Promise<Progress> {
  const { memory } = context;
  const known = memory.recall(key);
  const resumed = known && (await askProgress(context, known));
  const start = resumed ?? { location: context.opened ?? (await openUpload(context)), offset: 0 };
  memory.remember(key, start.location);
  return start;
}

/** Asks how far an upload is; undefined if the registry does not know it (any more). */
export async function askProgress({ client, scopes }: UploadContext, location: URL): Promise<Progress | undefined> {
  const request: HttpRequest = { method: 'GET', url: location };
  const answer = await client.send(request, scopes());
  await answer.discard();
  if (answer.status !== 204 && answer.status !== 200) return undefined;
  return { location: locationOf(request, answer, location), offset: offsetIn(answer) ?? 0 };
}

/** `Range: 0-N` of an upload: N + 1 bytes are there; registries write `0-0` for none, too. */
export function offsetIn(answer: HttpAnswer): number | undefined {
  const match = /^(?:bytes=)?0-(\d{1,15})$/.exec(answer.header('range')?.trim() ?? '');
  if (!match) return undefined;
  return match[1] === '0' ? 0 : Number(match[1]) + 1;
}
