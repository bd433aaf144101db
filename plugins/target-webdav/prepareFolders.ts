import { layoutMarker } from '@kitwright/core/plugin';
import type { Dav } from './createDav.ts';

/** What is being sent. The folder may be removed when nothing is. */
export const drafts = '.kitwright/';

/** Makes the folders of an OCI image layout, and those above it. */
export async function prepareFolders(dav: Dav): Promise<void> {
  await makeFolder(dav, new URL('blobs/sha256/', dav.folder));
  await makeFolder(dav, new URL(drafts, dav.folder));
  await dav.ask('PUT', 'oci-layout', [200, 201, 204, 412], { body: layoutMarker, headers: { 'if-none-match': '*' } });
}

/** RFC 4918, 9.3.1: 405 if it is there, 409 if what is above it is not. */
async function makeFolder(dav: Dav, folder: URL): Promise<void> {
  const parent = new URL('..', folder);
  const made = await dav.ask('MKCOL', folder, [201, 405, ...(parent.href === folder.href ? [] : [409])]);
  if (made !== 409) return;
  await makeFolder(dav, parent);
  await dav.ask('MKCOL', folder, [201, 405]);
}
