import {
  type Descriptor,
  type EarlyPusher,
  KitwrightError,
  type Mounter,
  type Pusher,
  type Reader,
} from '@kitwright/core/plugin';
import { hasContent } from './hasContent.ts';
import type { Sources } from './mirrors/createSources.ts';
import { readMirrored } from './mirrors/readMirrored.ts';
import { mountBlob, mountSources } from './mountBlob.ts';
import type { RegistryOptions } from './RegistryOptions.ts';
import type { Repository } from './Repository.ts';
import { createUploadMemory } from './upload/createUploadMemory.ts';
import type { Upload } from './upload/openUpload.ts';
import { uploadBlob } from './upload/uploadBlob.ts';
import { uploadEarly } from './upload/uploadEarly.ts';

/** The blobs of a repository. */
export interface Blobs extends Reader, Pusher, EarlyPusher, Mounter {}

export function createBlobs({ pull, write: repository }: Sources, options: RegistryOptions): Blobs {
  const memory = createUploadMemory(repository.client.origin, repository.path, options);
  /** Uploads that the registry opened instead of mounts. */
  const opened = new Map<string, URL>();
  /** Repositories from which this account may mount nothing. */
  const refused = new Set<string>();
  const uploadOf = (already?: URL): Upload => ({ ...repository, memory, opened: already });
  return {
    read: readMirrored(pull),
    push: async (descriptor, content) => {
      await uploadBlob(uploadOf(opened.get(descriptor.digest)), descriptor, content);
      opened.delete(descriptor.digest);
      await checkSize(repository, descriptor);
    },
    // A single request has the digest in its URL, so the digest must be known.
    pushEarly: (size, key, content) =>
      repository.quirks.upload === 'patch' ? uploadEarly(uploadOf(), size, key, content) : undefined,
    mount: async (descriptor, source) => {
      const from = mountSources(repository, descriptor, source, options).find((path) => !refused.has(path));
      if (from === undefined) return false;
      const { isMounted, isRefused, upload } = await mountBlob(repository, descriptor, from);
      if (isRefused) refused.add(from);
      if (upload) opened.set(descriptor.digest, upload);
      return isMounted;
    },
  };
}

async function checkSize(repository: Repository, descriptor: Descriptor): Promise<void> {
  if (!repository.quirks.checksSize || (await hasContent(repository, descriptor))) return;
  const { host } = repository.client.origin;
  throw new KitwrightError('remote-malformed', `${host} accepted ${descriptor.digest} but does not have all of it.`);
}
