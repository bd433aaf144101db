import { type BytePath, joinPath } from '../../files/bytePath.ts';
import { createRecipeReader, type RecipeReader } from '../../layers/recipeReader.ts';
import type { IndexedEntry } from '../../layers/tarRules.ts';
import type { ImageLayer } from '../Image.ts';
import { type ImageEntry, imageTar } from '../imageTar.ts';
import { type LayerCompression, makeLayer } from '../makeLayer.ts';
import { createImageNames } from './checkImageNames.ts';
import type { KitLayer } from './KitLayer.ts';
import { type OpenKitLayerOptions, openKitLayer } from './openKitLayer.ts';

export interface ModelcarOptions extends OpenKitLayerOptions {
  /** Where the files go in the image, without a slash at its beginning; empty for its root. */
  readonly folder: BytePath;
  readonly compression: LayerCompression;
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
  for (const layer of layers) {
    const { element, recipe, entries } = await openKitLayer(layer, options);
    names.layer(entries);
    using reader = createRecipeReader(recipe);
    const tar = imageTar(entries.map((entry) => placed(entry, reader, options.folder)));
    made.push(await makeLayer(tar, { ...options, createdBy: `kitwright image: ${element.role} ${element.path}` }));
  }
  return made;
}

/** Whoever serves the model reads it as a user of its own choice: each may read. Nothing in it runs with the rights of others. */
function placed({ path, type, mode, offset, size }: IndexedEntry, reader: RecipeReader, folder: BytePath): ImageEntry {
  const place = joinPath(folder, path);
  return type === 'directory'
    ? { type, path: place, mode: (mode & 0o777) | 0o555 }
    : { type, path: place, mode: (mode & 0o777) | 0o444, content: reader.slice(offset, size) };
}
