import { KitwrightError } from '../errors/KitwrightError.ts';
import { type CopiedKit, copyKit } from '../kits/copyKit.ts';
import { findKit } from '../kits/findKit.ts';
import { loadIndexAt } from '../kits/modelIndexes.ts';
import { openTarget } from '../kits/openTarget.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { changeLabels } from '../oci/labels.ts';
import { type ModelIndex, modelIndexBytes, modelIndexDescriptor, tagOfEntry, withEntry } from '../oci/modelIndex.ts';
import { noReferrers } from '../oci/referrerFilter.ts';
import { amendedTags } from '../pack/amend/amendedTags.ts';
import { contentOfBytes } from '../store/contentOf.ts';
import { withBlobs } from '../store/withBlobs.ts';
import type { AmendOptions } from './amend.ts';

/** An amended index at its place. */
export interface IndexAmended extends CopiedKit {
  readonly root: Descriptor;
  readonly base: Descriptor;
}

export interface AmendIndexOptions extends Omit<AmendOptions, 'files' | 'edit' | 'annotations'> {
  /** The tag or the digest of a kit in the index. */
  readonly kit: string;
  /** `key=text`, `key:=JSON`, or `key-`. */
  readonly labels: readonly string[];
}

/**
 * Changes the labels of a kit in an index at a target, without reading the kits. Throws `index-invalid`, `index-selection`,
 * `index-label-invalid` and what copying throws.
 */
export async function amendIndex(options: AmendIndexOptions): Promise<IndexAmended> {
  const { target: source, root: base, opened, reference } = await findKit(options, options.from);
  const { index } = await loadIndexAt(base, source);
  const bytes = modelIndexBytes(relabelled(index, options));
  const root = modelIndexDescriptor(bytes);
  const { target, repository, references } = openTarget(options, options.to, 'push');
  const { kitwright, admit, signing, concurrency, signal } = options;
  const copied = await copyKit(kitwright, {
    source: withBlobs(source, new Map([[root.digest, contentOfBytes(bytes)]])),
    from: opened.repository,
    root,
    target,
    repository,
    tags: amendedTags(references, reference),
    referrers: noReferrers,
    admit,
    signing,
    concurrency,
    signal,
  });
  return { ...copied, root, base };
}

function relabelled(index: ModelIndex, { kit, labels }: AmendIndexOptions): ModelIndex {
  const entry = index.entries.find((one) => tagOfEntry(one) === kit || one.descriptor.digest === kit);
  if (entry) return withEntry(index, { ...entry, labels: changeLabels(entry.labels, labels) });
  const known = index.entries.map((one) => tagOfEntry(one) ?? one.descriptor.digest).join(', ');
  throw new KitwrightError('index-selection', `The index has no kit ${JSON.stringify(kit)}.`, {
    hint: known ? `There are: ${known}.` : 'The index is empty.',
  });
}
