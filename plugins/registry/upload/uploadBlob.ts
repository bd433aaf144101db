import { type Content, type Descriptor, retrying } from '@kitwright/core/plugin';
import { beginUpload } from './beginUpload.ts';
import { commitBlob } from './commitBlob.ts';
import { openUpload, tooOften, type UploadContext } from './openUpload.ts';
import { sendParts } from './sendParts.ts';

/** Blobs up to this many bytes go in one request everywhere. */
const smallBytes = 4 * 1024 * 1024;

/**
 * Uploads one blob (distribution-spec 1.1, "Pushing blobs"). After a cut it resumes where the registry stopped, even
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
    await commitBlob(context, location, descriptor, content);
  };
  await retrying(put, { ...context.client.patience, giveUp: (last) => tooOften(descriptor.digest, context, last) });
}

async function putInParts(context: UploadContext, descriptor: Descriptor, content: Content): Promise<void> {
  const { size, digest } = descriptor;
  const location = await sendParts(context, await beginUpload(context, digest), {
    size,
    key: digest,
    label: digest,
    content,
  });
  await commitBlob(context, location, descriptor);
  context.memory.forget(digest);
}
