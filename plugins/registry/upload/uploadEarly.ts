import { type Content, type EarlyUpload, observeContent } from '@kitwright/core/plugin';
import { beginUpload } from './beginUpload.ts';
import { commitBlob } from './commitBlob.ts';
import type { Upload } from './openUpload.ts';
import { type Sending, sendParts } from './sendParts.ts';

/** Thrown inside the upload to end it, so that no request stays open. */
const notNeeded = new Error('This upload is not needed any more.');

/** Uploads a blob whose digest is not known yet, in parts: only the last request of such an upload needs the digest. */
export function uploadEarly(upload: Upload, size: number, key: string, given: Content): EarlyUpload {
  let stopped = false;
  const content = observeContent(given, () => {
    if (stopped) throw notNeeded;
  });
  const sending: Sending = { size, key, label: 'a layer that is being hashed', content };
  const started = beginUpload(upload, key);
  const sent = started.then((start) => sendParts(upload, start, sending));
  sent.catch(() => undefined);
  return {
    finish: async (descriptor) => {
      const location = await sent;
      if (location) await commitBlob(upload, location, descriptor);
      upload.memory.forget(key);
    },
    abandon: async () => {
      stopped = true;
      await sent.catch(() => undefined);
      upload.memory.forget(key);
      const location = await started.then(({ location: url }) => url).catch(() => undefined);
      if (!location) return;
      const answer = await upload.client.sendOnce({ method: 'DELETE', url: location }, upload.scopes());
      await answer.discard();
    },
  };
}
