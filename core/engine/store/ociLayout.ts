import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { atomicWrite } from '../files/atomicWrite.ts';
import { textOf } from '../files/bytePath.ts';
import { createFileMemo } from '../files/createFileMemo.ts';
import { makeDirectory } from '../files/makeDirectory.ts';
import { openOrMakeDirectory } from '../files/openOrMakeDirectory.ts';
import { readPlainFile } from '../files/readPlainFile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import { fileReader } from './fileReader.ts';
import { locateFile, recipeOfFile } from './locateFile.ts';
import {
  knownTags,
  layoutMarker,
  namesInIndex,
  type OciIndex,
  ociIndexText,
  parseOciIndex,
  resolveInIndex,
  tagInIndex,
  tagsInIndex,
  withoutManifest,
} from './ociIndex.ts';
import { isLeftover } from './processIdentity.ts';
import { createLayoutReferrers } from './referrers/layoutReferrers.ts';
import type {
  Locator,
  NameLister,
  Reader,
  ReferrerDropper,
  ReferrerLister,
  TagFinder,
  TagLister,
  Target,
} from './roles.ts';
import { storeBlob } from './storeBlob.ts';
import { withLock } from './withLock.ts';

/** Bytes of an `index.json`: a hundred thousand kits have fewer. */
const maxIndex = 64 * 1024 * 1024;

/** An OCI image layout directory (image-spec, image-layout.md): any OCI tool reads and writes it. */
export interface OciLayout
  extends Target,
    Locator,
    Reader,
    TagLister,
    NameLister,
    TagFinder,
    ReferrerLister,
    ReferrerDropper {}

/** Opens the layout in `root`; it is made when something is pushed. */
export function createOciLayout(root: string): OciLayout {
  const [index, blobs] = [join(root, 'index.json'), join(root, 'blobs', 'sha256')];
  const blob = ({ digest }: Descriptor) => join(blobs, hexOf(digest));
  const locate = (descriptor: Descriptor) => locateFile(blob(descriptor), descriptor.size);
  const read = () => (existsSync(index) ? parseOciIndex(readPlainFile(index, maxIndex), index) : []);
  /** Who lists a layout looks each of its kits up. */
  const seen = createFileMemo(index, read);
  const change = async (changed: (index: OciIndex) => OciIndex) => {
    using folders = openFolders(root);
    await withLock(join(folders.root, '.kitwright-lock'), folders.root, async () => {
      removeLeftovers(folders.root);
      const before = read();
      const after = changed(before);
      if (after !== before) atomicWrite(join(folders.root, 'index.json'), ociIndexText(after), folders.root);
    });
  };
  const referrers = createLayoutReferrers();
  const layout: OciLayout = {
    name: root,
    complete: false,
    exists: async (descriptor) => locate(descriptor) !== undefined,
    locate,
    ...fileReader((descriptor) => {
      const recipe = recipeOfFile(blob(descriptor));
      if (recipe) return recipe;
      throw notFound(descriptor, root);
    }),
    push: async (descriptor, content) => {
      const taken = await referrers.take(descriptor, content);
      using folders = openFolders(root);
      await storeBlob(descriptor, taken.content, join(folders.blobs, hexOf(descriptor.digest)), folders.root);
      const { referrer } = taken;
      if (referrer) await change((before) => tagInIndex(before, referrer, undefined));
    },
    resolve: async (repository, reference) => resolveInIndex(seen(), repository, reference),
    tags: () => tagsInIndex(seen()),
    names: () => namesInIndex(seen()),
    findTags: async (_repository, tags) => knownTags(seen(), tags),
    referrers: ({ digest }) => referrers.of(seen(), digest, layout),
    dropReferrer: (descriptor) => change((before) => withoutManifest(before, descriptor)),
    tag: async (descriptor, _repository, tag) => {
      if (!locate(descriptor)) throw notFound(descriptor, root);
      await change((before) => tagInIndex(before, descriptor, tag));
    },
  };
  return layout;
}

/**
 * Makes and opens what a layout consists of. A layout may lie where others write: nothing is written or removed through
 * a link in it. Temporary files and the lock lie beside `index.json`: a folder of their own could be removed by one
 * writer, because it is empty, while another one begins. Throws `path-is-link`, `store-failed`.
 */
function openFolders(path: string) {
  using opened = new DisposableStack();
  try {
    const root = opened.use(openOrMakeDirectory(path)).path;
    const blobs = opened.use(makeDirectory(root, 'blobs/sha256')).path;
    const folders = { root: textOf(root), blobs: textOf(blobs) };
    const marker = join(folders.root, 'oci-layout');
    if (!existsSync(marker)) atomicWrite(marker, layoutMarker, folders.root);
    const held = opened.move();
    return { ...folders, [Symbol.dispose]: () => held[Symbol.dispose]() };
  } catch (error) {
    throw systemError(error, 'store-failed', 'make the OCI layout', path);
  }
}

/** Time in ms after which a temporary file is nobody's: it may be of a process on another machine. */
const leftoverAge = 3_600_000;

/** Removes what killed writers left: nobody else cleans a layout. */
function removeLeftovers(root: string): void {
  for (const name of readdirSync(root)) {
    if (!isLeftover(name, 'tmp')) continue;
    const path = join(root, name);
    const written = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - written > leftoverAge) rmSync(path, { force: true });
  }
}

function notFound(descriptor: Descriptor, root: string): KitwrightError {
  return new KitwrightError('kit-not-found', `${descriptor.digest} is not in the OCI layout ${root}.`, {
    data: { digest: descriptor.digest },
  });
}
