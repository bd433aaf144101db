import { type Content, type Descriptor, retrying } from '@kitwright/core/plugin';
import { beginUpload } from './beginUpload.ts';
import { commitBlob } from './commitBlob.ts';
import { openUpload, tooOften, type Upload } from './openUpload.ts';
import { sendParts } from './sendParts.ts';

/** Blobs up to this many bytes are uploaded in one request to all registries. */
const smallBytes = 4 * 1024 * 1024;

/**
 * Uploads one blob (distribution-spec 1.1, "Pushing blobs"). After a cut it resumes where the registry stopped, even
 * in another process. Throws `network-failed`, `unauthorized`, `remote-refused`, `remote-malformed`.
 */
export function uploadBlob(upload: Upload, descriptor: Descriptor, content: Content): Promise<void> {
  return descriptor.size <= smallBytes || upload.quirks.upload === 'put'
    ? putWhole(upload, descriptor, content)
    : putInParts(upload, descriptor, content);
}

/** All bytes in one request. After a failure the upload starts again, because such registries keep no part of it. */
async function putWhole(upload: Upload, descriptor: Descriptor, content: Content): Promise<void> {
  let opened = upload.opened;
  const put = async () => {
    const location = opened ?? (await openUpload(upload));
    opened = undefined;
    await commitBlob(upload, location, descriptor, content);
  };
  await retrying(put, { ...upload.client.patience, giveUp: (last) => tooOften(descriptor.digest, upload, last) });
}

async function putInParts(upload: Upload, descriptor: Descriptor, content: Content): Promise<void> {
  const { size, digest } = descriptor;
  const location = await sendParts(upload, await beginUpload(upload, digest), {
    size,
    key: digest,
    label: digest,
    content,
    descriptor,
  });
  if (location) await commitBlob(upload, location, descriptor);
  upload.memory.forget(digest);
}
