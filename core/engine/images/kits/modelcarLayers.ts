import { type BytePath, joinPath } from '../../files/bytePath.ts';
import type { Kitwright } from '../../host/createKitwright.ts';
import { recipeSize } from '../../layers/recipe.ts';
import type { RecipeReader } from '../../layers/recipeReader.ts';
import type { IndexedEntry } from '../../layers/tarRules.ts';
import type { KitElement } from '../../unpack/kitElements.ts';
import type { ImageLayer } from '../Image.ts';
import { type ImageEntry, imageTar } from '../imageTar.ts';
import { type LayerCompression, makeLayer } from '../makeLayer.ts';
import { createImageNames } from './createImageNames.ts';
import type { KitLayer, OpenedKitLayer } from './KitLayer.ts';
import { type KitLayerOptions, withKitLayer } from './withKitLayer.ts';

export interface ModelcarOptions extends KitLayerOptions {
  /** Where the files go in the image, without a slash at its beginning; empty for its root. */
  readonly folder: BytePath;
  readonly compression: LayerCompression;
  readonly event: Kitwright['event'];
}

/**
 * The layers of a kit as layers of an image, with their files below a folder. Only headers are new: contents are read
 * where they are, when they are hashed and when they are sent. Throws `image-refused` and what opening a layer throws.
 */
export async function modelcarLayers(
  layers: readonly KitLayer[],
  options: ModelcarOptions,
): Promise<readonly ImageLayer[]> {
  const names = createImageNames();
  const made: ImageLayer[] = [];
  for (const layer of layers)
    made.push(
      await withKitLayer(layer, options, async (opened) => {
        names.layer(opened.entries);
        return modelcarLayer(opened, options);
      }),
    );
  return made;
}

function modelcarLayer({ element, reader, entries }: OpenedKitLayer, options: ModelcarOptions): Promise<ImageLayer> {
  const { folder, event } = options;
  const tar = imageTar(
    entries.map((entry) => placed(entry, reader, folder)),
    folder,
  );
  const createdBy = `kitwright image: ${element.role} ${element.path}`;
  return reporting(element, recipeSize(tar), entries.length, event, (progress) =>
    makeLayer(tar, { ...options, createdBy, progress }),
  );
}

/** Tells of a layer as a pack does: the file system is read again for it. */
async function reporting(
  { role, path }: KitElement,
  bytes: number,
  files: number,
  event: Kitwright['event'],
  make: (progress: (done: number, bytes: number) => void) => Promise<ImageLayer>,
): Promise<ImageLayer> {
  const layer = `${role} ${path}`;
  event({ type: 'layer-start', layer, path, bytes, files });
  const made = await make((done, all) => event({ type: 'layer-progress', layer, done, bytes: all }));
  const { digest } = made.descriptor;
  event({ type: 'layer-done', layer, role, digest, bytes, hashed: bytes, reused: false, existed: false });
  return made;
}

/** Whoever serves the model reads it as a user of its own choice: each may read. Nothing in it runs with the rights of others. */
function placed({ path, type, mode, offset, size }: IndexedEntry, reader: RecipeReader, folder: BytePath): ImageEntry {
  const place = joinPath(folder, path);
  return type === 'directory'
    ? { type, path: place, mode: (mode & 0o777) | 0o555 }
    : { type, path: place, mode: (mode & 0o777) | 0o444, content: reader.slice(offset, size) };
}
