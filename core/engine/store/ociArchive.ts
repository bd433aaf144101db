import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, hexOf } from '../oci/digest.ts';
import { createArchiveDraft } from './archiveDraft.ts';
import { fileReader } from './fileReader.ts';
import {
  knownTags,
  layoutMarker,
  namesInIndex,
  type OciIndex,
  ociIndexText,
  resolveInIndex,
  tagInIndex,
  tagsInIndex,
  withoutManifest,
} from './ociIndex.ts';
import { readArchive, sliceOf } from './readArchive.ts';
import { readVerified } from './readVerified.ts';
import { createLayoutReferrers } from './referrers/layoutReferrers.ts';
import type {
  Closer,
  Locator,
  NameLister,
  Reader,
  ReferrerDropper,
  ReferrerLister,
  TagFinder,
  TagLister,
  Target,
} from './roles.ts';

/** An OCI image layout in one tar file: what travels on a disk or a stick. */
export interface OciArchive
  extends Target,
    TagLister,
    NameLister,
    TagFinder,
    Locator,
    Reader,
    Closer,
    ReferrerLister,
    ReferrerDropper {
  /** What its `index.json` names. */
  readonly index: () => readonly Descriptor[];
  /** Bytes of its files. */
  readonly size: () => number;
}

/**
 * Opens the archive at `path`. What is pushed has its place when the archive is closed; until then the old one stays.
 */
export function createOciArchive(path: string): OciArchive {
  let archive = readArchive(path);
  let changes: readonly ((index: OciIndex) => OciIndex)[] = [];
  let index = archive.index;
  const change = (changed: (index: OciIndex) => OciIndex) => {
    changes = [...changes, changed];
    index = changed(index);
  };
  const draft = createArchiveDraft(path, () => archive);
  const locate = ({ digest }: Descriptor): Recipe | undefined => {
    const entry = archive.entries.get(blobName(digest));
    return entry && sliceOf(archive.recipe, entry);
  };
  const has = ({ digest, size }: Descriptor) => {
    const name = blobName(digest);
    return (archive.entries.get(name)?.size ?? draft.sizeOf(name)) === size;
  };
  const referrers = createLayoutReferrers();
  const opened: OciArchive = {
    name: path,
    complete: false,
    exists: async (descriptor) => has(descriptor),
    locate,
    ...fileReader((descriptor) => locate(descriptor) ?? refuse(descriptor, path)),
    push: async (descriptor, content) => {
      const taken = await referrers.take(descriptor, content);
      await draft.append(async (add) => {
        if (has(descriptor)) return;
        await add(blobName(descriptor.digest), descriptor.size, (take) =>
          readVerified(descriptor, taken.content, 'the source', take),
        );
      });
      const { referrer } = taken;
      if (referrer) change((before) => tagInIndex(before, referrer, undefined));
    },
    resolve: async (repository, reference) => resolveInIndex(index, repository, reference),
    tags: () => tagsInIndex(index),
    names: () => namesInIndex(index),
    index: () => index,
    size: () => archive.size,
    findTags: async (_repository, tags) => knownTags(index, tags),
    referrers: ({ digest }) => referrers.of(index, digest, opened),
    dropReferrer: async (descriptor) => {
      const dropped = structuredClone(descriptor);
      change((before) => withoutManifest(before, dropped));
    },
    tag: async (descriptor, _repository, tag) => {
      if (!has(descriptor)) refuse(descriptor, path);
      const named = structuredClone(descriptor);
      change((before) => tagInIndex(before, named, tag));
    },
    close: async () => {
      if (index === archive.index && !draft.isStarted()) return;
      // Names that other processes gave meanwhile stay.
      await draft.commit((now) => ({
        'oci-layout': layoutMarker,
        'index.json': ociIndexText(changes.reduce((before, changed) => changed(before), now.index)),
      }));
      archive = readArchive(path);
      [changes, index] = [[], archive.index];
    },
    discard: () => {
      draft.discard();
      [changes, index] = [[], archive.index];
    },
  };
  return opened;
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

function refuse({ digest }: Descriptor, path: string): never {
  throw new KitwrightError('kit-not-found', `${digest} is not in the archive ${path}.`, { data: { digest } });
}
