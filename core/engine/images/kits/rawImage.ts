import { isUtf8 } from 'node:buffer';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { type BytePath, baseOf, textOf } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import type { Kitfile } from '../../kitfile/Kitfile.ts';
import { encodeRecipe } from '../../layers/jobs.ts';
import { wholeEntry } from '../../layers/tarIndex.ts';
import type { IndexedEntry } from '../../layers/tarRules.ts';
import { type Descriptor, descriptorOf } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { Fields, goJson, type JsonNode } from '../../oci/goJson.ts';
import { manifestBytes } from '../../oci/manifest.ts';
import { annotationNames, type LayerRole, mediaTypes, packMediaType } from '../../oci/mediaTypes.ts';
import type { ReadTarget } from '../../store/roles.ts';
import { cancellable } from '../../unpack/cancellable.ts';
import { compressionOf, rawEntryOf } from '../../unpack/openLayer.ts';
import { checkedRoot } from '../assembleImage.ts';
import type { Image, ImageBlob } from '../Image.ts';
import { recipeSource } from '../recipeSource.ts';
import { createImageNames } from './createImageNames.ts';
import type { KitLayer } from './KitLayer.ts';
import { type KitLayerOptions, withKitLayer } from './withKitLayer.ts';

export interface RawOptions extends KitLayerOptions {
  readonly kitfile: Kitfile;
  /** RFC 3339. */
  readonly created: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * An artifact with a layer for each file, by its own bytes: CRI-O mounts each of them under its name (image-spec,
 * annotations.md, and ModelPack's `org.cncf.model.filepath`). It is a ModelPack. Throws `image-refused` and what opening a
 * layer throws.
 */
export async function rawImage(layers: readonly KitLayer[], options: RawOptions): Promise<Image> {
  const names = createImageNames();
  const files: ImageBlob[] = [];
  // A layer may have more files than a function takes arguments.
  for (const layer of layers) for (const file of await filesOf(layer, names.layer, options)) files.push(file);
  if (files.length === 0) throw new KitwrightError('image-refused', 'The kit holds no file.');
  const configBytes = Buffer.from(goJson(configOf(files, options)));
  const config = descriptorOf(mediaTypes.packConfig, configBytes);
  const bytes = manifestBytes({
    artifactType: mediaTypes.packArtifact,
    config,
    layers: files.map(({ descriptor }) => descriptor),
    annotations: options.annotations,
  });
  const source = recipeSource(config.digest, [{ kind: 'inline', bytes: configBytes }]);
  return {
    root: checkedRoot(bytes),
    manifestBytes: bytes,
    platform: undefined,
    blobs: [...files, { descriptor: config, source }],
  };
}

type CheckNames = (entries: Iterable<IndexedEntry>) => void;

async function filesOf(layer: KitLayer, check: CheckNames, options: RawOptions): Promise<readonly ImageBlob[]> {
  const { element, source } = layer;
  const { role, descriptor } = element;
  const raw = rawEntryOf(element);
  if (raw && compressionOf(element) === undefined) {
    const entry = wholeEntry(raw, descriptor.size);
    check([entry]);
    return [blobOf(role, entry, descriptor.digest, source)];
  }
  return withKitLayer(layer, options, async ({ reader, entries }) => {
    check(entries);
    const files: ImageBlob[] = [];
    for (const entry of entries) {
      if (entry.type === 'directory') continue;
      const content = reader.slice(entry.offset, entry.size);
      const { digest } = await cancellable(options.signal, ({ buffer: meter }) =>
        options.pool.hash({ recipe: encodeRecipe(content), meter }),
      );
      files.push(blobOf(role, entry, digest as Digest, recipeSource(digest, content)));
    }
    return files;
  });
}

function blobOf(role: LayerRole, { path, mode, size }: IndexedEntry, digest: Digest, source: ReadTarget): ImageBlob {
  const name = textName(path);
  const descriptor: Descriptor = {
    mediaType: packMediaType(role, 'raw'),
    digest,
    size,
    annotations: {
      [annotationNames.title]: name,
      [annotationNames.filePath]: name,
      [annotationNames.fileMetadata]: goJson(metadataOf(path, mode, size)),
    },
  };
  return { descriptor, source };
}

function textName(path: BytePath): string {
  if (isUtf8(Buffer.from(path, 'latin1'))) return textOf(path);
  throw new KitwrightError('image-refused', `The name ${displayPath(path)} is no text, and a layer is named by one.`, {
    data: { path: displayPath(path) },
  });
}

/** model-spec, annotations.md: a plain file, of nobody's and of no time. */
function metadataOf(path: BytePath, mode: number, size: number): JsonNode {
  return new Fields([
    ['name', textOf(baseOf(path))],
    ['mode', (mode & 0o777) | 0o444],
    ['uid', 0],
    ['gid', 0],
    ['size', size],
    ['mtime', '1970-01-01T00:00:00Z'],
    ['typeflag', '0'.charCodeAt(0)],
  ]);
}

/** model-spec, config.md: only what a Kitfile says. */
function configOf(files: readonly ImageBlob[], { kitfile, created }: RawOptions): JsonNode {
  const { name, version, description, authors } = kitfile.package ?? {};
  const format = kitfile.model?.format;
  return new Fields([
    [
      'descriptor',
      new Fields([
        ['createdAt', created],
        ['authors', authors?.length ? authors : undefined],
        ['name', name || undefined],
        ['version', version || undefined],
        ['description', description || undefined],
      ]),
    ],
    [
      'modelfs',
      new Fields([
        ['type', 'layers'],
        ['diffIds', files.map(({ descriptor }) => descriptor.digest)],
      ]),
    ],
    ['config', new Fields([['format', format || undefined]])],
  ]);
}
