import {
  type Deleter,
  type OciIndex,
  type OpenContext,
  resolveInIndex,
  type TagLister,
  type Target,
  tagInIndex,
  tagsInIndex,
  untagInIndex,
  type Wait,
  withoutManifest,
} from '@kitwright/core/plugin';
import { blobPath, fetchBlob, hasBlob, notFound } from './blobs.ts';
import { createDav } from './createDav.ts';
import { createIndex, type SharedIndex } from './createIndex.ts';
import { prepareFolders } from './prepareFolders.ts';
import { pushBlob } from './pushBlob.ts';

/** A folder at a WebDAV server that is an OCI image layout: a copy of it is read by any OCI tool. */
export interface WebdavTarget extends Target, TagLister, Deleter {}

export function createWebdavTarget(folder: URL, context: OpenContext, wait?: Wait): WebdavTarget {
  const dav = createDav(folder, context);
  let prepared: Promise<void> | undefined;
  const prepare = () => {
    prepared ??= prepareFolders(dav).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    return prepared;
  };
  const index = createIndex(dav, prepare, { signal: context.signal, wait });
  return {
    name: `webdav:${folder.href}`,
    complete: false,
    exists: (descriptor) => hasBlob(dav, descriptor),
    fetch: (descriptor, range) => fetchBlob(dav, descriptor, range),
    push: async (descriptor, content) => {
      if (await hasBlob(dav, descriptor)) return;
      await prepare();
      await pushBlob(dav, descriptor, content);
    },
    resolve: async (repository, reference) => resolveInIndex(await index.read(), repository, reference),
    tag: async (descriptor, _repository, tag) => {
      if (!(await hasBlob(dav, descriptor))) throw notFound(dav, descriptor.digest);
      await index.change((kits) => tagInIndex(kits, descriptor, tag));
    },
    tags: async function* () {
      yield* tagsInIndex(await index.read());
    },
    untag: async (tag) => {
      if (!(await isChanged(index, (kits) => untagInIndex(kits, tag)))) throw notFound(dav, tag);
    },
    delete: async (descriptor) => {
      const isThere = await hasBlob(dav, descriptor);
      const isNamed = await isChanged(index, (kits) => withoutManifest(kits, descriptor));
      if (!isThere && !isNamed) throw notFound(dav, descriptor.digest);
      await dav.ask('DELETE', blobPath(descriptor), [200, 204, 404, 410]);
    },
  };
}

/** Changes the list, and says whether there was something to change: at the first try, another one may find it changed. */
async function isChanged(index: SharedIndex, change: (kits: OciIndex) => OciIndex): Promise<boolean> {
  let isFound = false;
  await index.change((kits) => {
    const after = change(kits);
    if (after.length === kits.length && after.every((entry, at) => entry === kits[at])) return kits;
    isFound = true;
    return after;
  });
  return isFound;
}
