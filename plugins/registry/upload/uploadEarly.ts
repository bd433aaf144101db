import { type Content, type EarlyUpload, observeContent } from '@kitwright/core/plugin';
import { beginUpload } from './beginUpload.ts';
import { commitBlob } from './commitBlob.ts';
import type { UploadContext } from './openUpload.ts';
import { type Sending, sendParts } from './sendParts.ts';

/** Ends the sending from within: no request is open any more when it has been thrown. */
const notNeeded = new Error('This upload is not needed any more.');

/**
 * Uploads a blob whose digest is not known yet, in parts: the last request of such an upload is the first that names
 * it.
 */
export function uploadEarly(context: UploadContext, size: number, key: string, given: Content): EarlyUpload {
  let stopped = false;
  const content = observeContent(given, () => {
    if (stopped) throw notNeeded;
  });
  const sending: Sending = { size, key, label: 'a layer that is being hashed', content };
  const started = beginUpload(context, key);
  const sent = started.then((start) => sendParts(context, start, sending));
  sent.catch(() => undefined);
  return {
    finish: async (descriptor) => {
      await commitBlob(context, await sent, descriptor);
      context.memory.forget(key);
    },
    abandon: async () => {
      stopped = true;
      await sent.catch(() => undefined);
      context.memory.forget(key);
      const location = await started.then(({ location: url }) => url).catch(() => undefined);
      if (!location) return;
      const answer = await context.client.sendOnce({ method: 'DELETE', url: location }, context.scopes());
      await answer.discard();
    },
  };
}
