import type { Kitwright } from '../../host/createKitwright.ts';
import type { LoadedKit } from '../../kits/loadKit.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import {
  annotationNames,
  layerMediaType,
  mediaTypes,
  packMediaType,
  parseLayerMediaType,
} from '../../oci/mediaTypes.ts';
import type { LocalStore } from '../../store/localStore.ts';
import { type AmendedFile, elementAt } from './amendKitfile.ts';
import { fileLayer, type GivenFile } from './fileLayer.ts';

/** The layer of a file in an amended kit: in the form of the layer that it replaces, without compression, else that of a document. */
export async function amendedFile(
  kitwright: Kitwright,
  store: LocalStore,
  { kitfile, manifest }: LoadedKit,
  file: GivenFile,
  signal: AbortSignal,
): Promise<AmendedFile> {
  const digest = elementAt(kitfile, file.path)?.digest;
  const before = manifest.layers.find((layer) => layer.digest === digest);
  const type = before && parseLayerMediaType(before.mediaType, before.annotations?.[annotationNames.subtype]);
  const isPack = manifest.config.mediaType === mediaTypes.packConfig;
  // A ModelPack without a Kitfile names its files in annotations of the layers, and holds each as it is.
  const isBare = isPack && !(annotationNames.kitfile in manifest.annotations);
  const format = (before ? type?.format === 'raw' : isBare) ? 'raw' : 'tar';
  const { descriptor, diffId } = await fileLayer(kitwright, store, file, format, signal);
  const standard = (isPack ? packMediaType : layerMediaType)(type?.role ?? 'docs', format);
  const annotations = {
    ...descriptor.annotations,
    ...kept(before),
    ...(isBare || before?.annotations?.[annotationNames.filePath] ? { [annotationNames.filePath]: file.path } : {}),
  };
  const mediaType = uncompressed(before, format) ?? standard;
  const described = Object.keys(annotations).length ? { annotations } : {};
  return {
    path: file.path,
    descriptor: { mediaType, digest: descriptor.digest, size: descriptor.size, ...described },
    diffId,
  };
}

/** Undefined for a layer of a plugin's own type, which a tar replaces. */
function uncompressed(before: Descriptor | undefined, format: string): string | undefined {
  const plain = before?.mediaType.replace(/\+[\w.-]+$/, '');
  return plain?.endsWith(`.${format}`) ? plain : undefined;
}

/** What marks a layer as a prompt. */
function kept(before: Descriptor | undefined): Readonly<Record<string, string>> {
  const subtype = before?.annotations?.[annotationNames.subtype];
  return subtype === undefined ? {} : { [annotationNames.subtype]: subtype };
}
