import type { Kitfile } from '../kitfile/Kitfile.ts';
import { type CopiedKit, type CopyKitOptions, copyKit } from '../kits/copyKit.ts';
import { findKit } from '../kits/findKit.ts';
import { type LoadedKit, loadKitAt } from '../kits/loadKit.ts';
import { openTarget, type Places } from '../kits/openTarget.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { maxManifestSize } from '../oci/parseJsonObject.ts';
import { noReferrers } from '../oci/referrerFilter.ts';
import { amendedFile } from '../pack/amend/amendedFile.ts';
import { type AmendedKit, amendedKit, requireAmendable } from '../pack/amend/amendedKit.ts';
import { amendedTags } from '../pack/amend/amendedTags.ts';
import type { AmendedFile } from '../pack/amend/amendKitfile.ts';
import type { GivenFile } from '../pack/amend/fileLayer.ts';
import { contentOf, contentOfBytes } from '../store/contentOf.ts';
import { verifiedBytes } from '../store/readVerified.ts';
import type { Content, ReadTarget } from '../store/roles.ts';
import { withBlobs } from '../store/withBlobs.ts';

/** What `amend` changes, and where the kit with the changes goes. */
export interface AmendOptions extends Places, Pick<CopyKitOptions, 'admit' | 'signing' | 'concurrency' | 'signal'> {
  /** The kit, as `copy` takes it. */
  readonly from: string;
  /** Where the new kit goes, and its tags. */
  readonly to: string;
  readonly files: readonly GivenFile[];
  readonly edit: (kitfile: Kitfile) => Kitfile;
  /** Annotations of the manifest; undefined removes one. */
  readonly annotations: Readonly<Record<string, string | undefined>>;
}

/** An amended kit at its place. */
export interface KitAmended extends CopiedKit {
  readonly root: Descriptor;
  /** The kit from which it was made. */
  readonly base: LoadedKit;
  readonly repository: string;
}

/**
 * Makes another kit of one at a target, with other files or other words in its Kitfile, without reading its layers: they are
 * there already, or are taken over from a repository of the same registry. What was attached to the other kit is not
 * attached to this one. Throws `amend-refused` and what reading, packing and copying throw.
 */
export async function amend(options: AmendOptions): Promise<KitAmended> {
  const { kitwright, store, signal, edit, annotations } = options;
  using _session = store.local.session();
  const { target: source, root, opened, reference } = await findKit(options, options.from);
  const base = await loadKitAt(root, source);
  requireAmendable(base);
  const to = openTarget(options, options.to, 'push');
  const tags = amendedTags(to.references, reference);
  const files: AmendedFile[] = [];
  for (const file of options.files) files.push(await amendedFile(kitwright, store.local, base, file, signal));
  const config = await verifiedBytes(base.manifest.config, source, maxManifestSize);
  const kit = amendedKit(base, config, { files, edit, annotations });
  const copied = await copyKit(kitwright, {
    source: withBlobs(source, blobsOf(kit, files, store.local)),
    from: opened.repository,
    root: kit.root,
    target: to.target,
    repository: to.repository,
    tags,
    referrers: noReferrers,
    concurrency: options.concurrency,
    admit: options.admit,
    signing: options.signing,
    signal,
  });
  return { ...copied, root: kit.root, base, repository: opened.repository };
}

function blobsOf(
  { config, configBytes, root, manifestBytes }: AmendedKit,
  files: readonly AmendedFile[],
  local: ReadTarget,
): ReadonlyMap<string, Content> {
  return new Map([
    ...files.map(({ descriptor }) => [descriptor.digest, contentOf(descriptor, local)] as const),
    [config.digest, contentOfBytes(configBytes)],
    [root.digest, contentOfBytes(manifestBytes)],
  ]);
}
