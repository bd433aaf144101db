import type { Kitwright } from '../host/createKitwright.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import { type CopiedKit, type CopyKitOptions, copyKit } from '../kits/copyKit.ts';
import { findKit } from '../kits/findKit.ts';
import { type LoadedKit, loadKitAt } from '../kits/loadKit.ts';
import { openTarget, type Places } from '../kits/openTarget.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { annotationNames, layerMediaType, parseLayerMediaType } from '../oci/mediaTypes.ts';
import { noReferrers } from '../oci/referrerFilter.ts';
import { type AmendedKit, amendedKit, requireModelKit } from '../pack/amend/amendedKit.ts';
import { amendedTags } from '../pack/amend/amendedTags.ts';
import { type AmendedFile, elementAt } from '../pack/amend/amendKitfile.ts';
import { fileLayer, type GivenFile } from '../pack/amend/fileLayer.ts';
import { contentOf, contentOfBytes } from '../store/contentOf.ts';
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
  requireModelKit(base);
  const to = openTarget(options, options.to, 'push');
  const tags = amendedTags(to.references, reference);
  const files: AmendedFile[] = [];
  for (const file of options.files) files.push(await amendedFile(kitwright, options, base, file));
  const kit = amendedKit(base, { files, edit, annotations });
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

/** In the form of the layer that it replaces, without compression; else a tar. */
async function amendedFile(
  kitwright: Kitwright,
  { store, signal }: AmendOptions,
  { kitfile, manifest }: LoadedKit,
  file: GivenFile,
): Promise<AmendedFile> {
  const digest = elementAt(kitfile, file.path)?.digest;
  const before = manifest.layers.find((layer) => layer.digest === digest);
  const type = before && parseLayerMediaType(before.mediaType, before.annotations?.[annotationNames.subtype]);
  const format = type?.format === 'raw' ? 'raw' : 'tar';
  const { descriptor, diffId } = await fileLayer(kitwright, store.local, file, format, signal);
  const mediaType = layerMediaType(type?.role ?? 'docs', format);
  const marks = type?.role === 'prompt' ? { [annotationNames.subtype]: 'prompt' } : {};
  const all = { ...descriptor.annotations, ...marks };
  const described = { ...descriptor, mediaType, ...(Object.keys(all).length ? { annotations: all } : {}) };
  return { path: file.path, descriptor: described, diffId };
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
