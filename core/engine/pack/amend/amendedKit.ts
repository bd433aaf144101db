import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { Kitfile } from '../../kitfile/Kitfile.ts';
import { configFields } from '../../kits/configFields.ts';
import type { LoadedKit } from '../../kits/loadKit.ts';
import { type Descriptor, descriptorOf } from '../../oci/descriptor.ts';
import { goJson } from '../../oci/goJson.ts';
import { manifestBytes } from '../../oci/manifest.ts';
import { annotationNames, mediaTypes } from '../../oci/mediaTypes.ts';
import { maxManifestSize } from '../../oci/parseJsonObject.ts';
import { amendedPackConfig } from './amendedPackConfig.ts';
import { type AmendedFile, elementAt, elementsIn, withFile } from './amendKitfile.ts';

/** A kit whose layers are elsewhere, but for those that are new. */
export interface AmendedKit {
  readonly config: Descriptor;
  readonly configBytes: Uint8Array;
  readonly root: Descriptor;
  readonly manifestBytes: Uint8Array;
}

/** What an amended kit says otherwise. */
export interface Amendment {
  readonly files: readonly AmendedFile[];
  /** Fields of the Kitfile that are changed, before the files are put in. */
  readonly edit: (kitfile: Kitfile) => Kitfile;
  /** Annotations of the manifest; undefined removes one. */
  readonly annotations: Readonly<Record<string, string | undefined>>;
}

/**
 * The config and the manifest of an amended kit: the layers of the other one, those of files that were replaced but for.
 * `org.opencontainers.image.base.digest` names the kit from which it was made (image-spec, annotations.md). Throws
 * `amend-refused`, `kitfile-invalid`.
 */
export function amendedKit(kit: LoadedKit, before: Uint8Array, amendment: Amendment): AmendedKit {
  requireAmendable(kit);
  const { files, edit, annotations } = amendment;
  const kitfile = files.reduce(withFile, edit(kit.kitfile));
  const fields = goJson(configFields(kitfile));
  const layers = layersOf(kit, kitfile, files);
  const isPack = kit.manifest.config.mediaType === mediaTypes.packConfig;
  const configBytes = isPack ? amendedPackConfig(before, kit, { kitfile, layers, files }) : Buffer.from(fields);
  const config = descriptorOf(kit.manifest.config.mediaType, configBytes);
  // A ModelPack may have its Kitfile in an annotation.
  const inAnnotation = annotationNames.kitfile in kit.manifest.annotations;
  const all = { ...(inAnnotation ? { [annotationNames.kitfile]: fields } : {}), ...annotations };
  const bytes = manifestBytes({ ...kit.manifest, config, layers, annotations: changed(kit, all) });
  for (const part of [configBytes, bytes])
    if (part.byteLength > maxManifestSize)
      throw new KitwrightError(
        'kitfile-invalid',
        `The kit would be described in ${part.byteLength} bytes; readers accept at most ${maxManifestSize}.`,
      );
  return { config, configBytes, root: descriptorOf(mediaTypes.manifest, bytes), manifestBytes: bytes };
}

const amendable: ReadonlySet<string> = new Set([mediaTypes.kitConfig, mediaTypes.packConfig]);

/** Other forms have other configs, which their own tools change. Throws `amend-refused`. */
export function requireAmendable({ manifest, descriptor }: LoadedKit): void {
  if (amendable.has(manifest.config.mediaType)) return;
  throw new KitwrightError(
    'amend-refused',
    `${descriptor.digest} has a config of the type ${manifest.config.mediaType}: only ModelKits and ModelPacks can be amended.`,
    { hint: 'Unpack it, and pack it as a ModelKit.' },
  );
}

/** The layers in their order; a new one takes the place of the one that it replaces, if no other element has that one too. */
function layersOf(
  { manifest, kitfile: before }: LoadedKit,
  after: Kitfile,
  files: readonly AmendedFile[],
): readonly Descriptor[] {
  const used = new Set(elementsIn(after).map(({ digest }) => digest));
  const known = new Set(elementsIn(before).map(({ digest }) => digest));
  const instead = new Map(files.map((file) => [elementAt(before, file.path)?.digest, file.descriptor]));
  const kept = manifest.layers.flatMap((layer) => {
    if (used.has(layer.digest) || !known.has(layer.digest)) return [layer];
    return instead.get(layer.digest) ?? [];
  });
  return distinct([...kept, ...files.map(({ descriptor }) => descriptor)]);
}

/** The first of each digest and path. */
function distinct(layers: readonly Descriptor[]): readonly Descriptor[] {
  const known = new Set<string>();
  return layers.filter(({ digest, annotations }) => {
    const key = `${digest} ${annotations?.[annotationNames.filePath]}`;
    const isFirst = !known.has(key);
    known.add(key);
    return isFirst;
  });
}

function changed(
  { manifest, descriptor }: LoadedKit,
  changes: Amendment['annotations'],
): Readonly<Record<string, string>> {
  const all: Amendment['annotations'] = {
    ...manifest.annotations,
    [annotationNames.baseDigest]: descriptor.digest,
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
