import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { atomicWrite } from '../files/atomicWrite.ts';
import { readPlainFile } from '../files/readPlainFile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import { fileReader } from './fileReader.ts';
import { locateFile, recipeOfFile } from './locateFile.ts';
import { layoutMarker, ociIndexText, parseOciIndex, resolveInIndex, tagInIndex, tagsInIndex } from './ociIndex.ts';
import type { Locator, Reader, TagLister, Target } from './roles.ts';
import { storeBlob } from './storeBlob.ts';
import { withLock } from './withLock.ts';

/** Bytes of an `index.json`: a hundred thousand kits have fewer. */
const maxIndex = 64 * 1024 * 1024;

/** An OCI image layout directory (image-spec, image-layout.md): any OCI tool reads and writes it. */
export interface OciLayout extends Target, Locator, Reader, TagLister {}

/** Opens the layout in `root`; it is made when something is pushed. */
export function createOciLayout(root: string): OciLayout {
  const [index, marker, blobs, tmp] = [
    join(root, 'index.json'),
    join(root, 'oci-layout'),
    join(root, 'blobs', 'sha256'),
    join(root, '.kitwright'),
  ];
  const blob = ({ digest }: Descriptor) => join(blobs, hexOf(digest));
  const read = () => (existsSync(index) ? parseOciIndex(readPlainFile(index, maxIndex), index) : []);
  const prepare = () => {
    try {
      mkdirSync(blobs, { recursive: true });
      mkdirSync(tmp, { recursive: true });
      if (!existsSync(marker)) atomicWrite(marker, layoutMarker, tmp);
    } catch (error) {
      throw systemError(error, 'store-failed', 'make the OCI layout', root);
    }
  };
  return {
    name: root,
    complete: false,
    exists: async (descriptor) => existsSync(blob(descriptor)),
    locate: (descriptor) => locateFile(blob(descriptor), descriptor.size),
    ...fileReader((descriptor) => {
      const recipe = recipeOfFile(blob(descriptor));
      if (recipe) return recipe;
      throw notFound(descriptor, root);
    }),
    push: async (descriptor, content) => {
      prepare();
      await storeBlob(descriptor, content, blob(descriptor), tmp);
    },
    resolve: async (repository, reference) => resolveInIndex(read(), repository, reference),
    tags: () => tagsInIndex(read()),
    tag: async (descriptor, _repository, tag) => {
      prepare();
      await withLock(join(tmp, 'lock'), tmp, async () =>
        atomicWrite(index, ociIndexText(tagInIndex(read(), descriptor, tag)), tmp),
      );
      removeIfEmpty(tmp);
    },
  };
}

function notFound(descriptor: Descriptor, root: string): KitwrightError {
  return new KitwrightError('kit-not-found', `${descriptor.digest} is not in the OCI layout ${root}.`, {
    data: { digest: descriptor.digest },
  });
}

/** Another process may be writing there. */
function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Not empty, or gone already.
  }
}
