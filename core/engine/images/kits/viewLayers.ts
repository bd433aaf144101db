import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { BytePath } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import { encodeRecipe } from '../../layers/jobs.ts';
import { type Recipe, recipeSize } from '../../layers/recipe.ts';
import { createRecipeReader } from '../../layers/recipeReader.ts';
import { tarIndex } from '../../layers/tarIndex.ts';
import type { IndexedEntry } from '../../layers/tarRules.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { mediaTypes, parseLayerMediaType } from '../../oci/mediaTypes.ts';
import { contentOf } from '../../store/contentOf.ts';
import { locateSteady } from '../../store/locateSteady.ts';
import { canLocate } from '../../store/roles.ts';
import { cancellable } from '../../unpack/cancellable.ts';
import { compressionOf, openPlain } from '../../unpack/openLayer.ts';
import type { ImageLayer } from '../Image.ts';
import { imageTar } from '../imageTar.ts';
import { makeLayer } from '../makeLayer.ts';
import { createImageNames } from './createImageNames.ts';
import type { KitLayer } from './KitLayer.ts';
import { remoteTarIndex } from './remoteTarIndex.ts';
import type { KitLayerOptions } from './withKitLayer.ts';

export interface ViewOptions extends KitLayerOptions {
  /** The name of a link to the root, for readers that look for the model in a folder; none if it is empty. */
  readonly link: BytePath;
}

/**
 * The layers of a kit as those of an image: the same blobs under the types of an image. What is in them is looked at
 * first; of a layer at a registry that is not compressed only the headers are fetched. Throws `image-refused` and what
 * reading a layer throws.
 */
export async function viewLayers(layers: readonly KitLayer[], options: ViewOptions): Promise<readonly ImageLayer[]> {
  const names = createImageNames();
  const views: ImageLayer[] = [];
  let isFree = options.link !== '';
  for (const layer of layers) {
    const mediaType = imageTypeOf(layer);
    const { entries, diffId } = await lookInto(layer, options);
    names.layer(entries);
    refuseRights(layer, entries);
    isFree &&= !entries.some(({ path }) => path === options.link || path.startsWith(`${options.link}/`));
    const { digest, size } = layer.element.descriptor;
    views.push({
      descriptor: { mediaType, digest, size },
      diffId,
      source: layer.source,
      createdBy: `kitwright image: ${layer.element.role} ${layer.element.path}`,
    });
  }
  return isFree ? [await linkLayer(options), ...views] : views;
}

const compressions: ReadonlySet<string | undefined> = new Set([undefined, 'gzip', 'zstd']);

function imageTypeOf({ element: { descriptor, role, path } }: KitLayer): string {
  const type = parseLayerMediaType(descriptor.mediaType);
  if (type?.format !== 'tar') throw refuse(descriptor, `${role} ${path}`, 'it is no tar');
  if (!compressions.has(type.compression))
    throw refuse(descriptor, `${role} ${path}`, 'its compression is none that images have');
  return `${mediaTypes.imageLayer}${type.compression === undefined ? '' : `+${type.compression}`}`;
}

/** A runtime gives what an image holds the rights and attributes that its layer says; an unpack, and other images, give none. */
function refuseRights({ element: { descriptor, role, path } }: KitLayer, entries: readonly IndexedEntry[]): void {
  const found = entries.find(({ type, mode, hasRights }) => hasRights || (type === 'file' && (mode & 0o6000) !== 0));
  if (!found) return;
  const why = found.hasRights ? 'has attributes that a system obeys' : 'runs with the rights of others';
  throw refuse(descriptor, `${role} ${path}`, `${displayPath(found.path)} ${why}`);
}

function refuse({ mediaType, digest }: Descriptor, layer: string, why: string): KitwrightError {
  return new KitwrightError('image-refused', `The layer ${layer} cannot be that of a view: ${why} (${mediaType}).`, {
    data: { layer, mediaType, digest },
    hint: 'Use --type modelcar, which writes tars of its own, or leave the layer out with --filter.',
  });
}

interface Look {
  readonly entries: readonly IndexedEntry[];
  readonly diffId: string;
}

async function lookInto({ element, source }: KitLayer, options: KitLayerOptions): Promise<Look> {
  const { descriptor } = element;
  const { pool, signal } = options;
  if (compressionOf(element) === undefined) {
    const recipe = locateSteady(source, descriptor);
    if (recipe) return { entries: entriesOf(recipe), diffId: descriptor.digest };
    if (!canLocate(source) || source.locate(descriptor) === undefined)
      return {
        entries: await remoteTarIndex(contentOf(descriptor, source), descriptor.size, signal),
        diffId: descriptor.digest,
      };
  }
  const { recipe, verification } = await openPlain(element, { ...options, source, isVouched: true });
  await verification;
  const entries = entriesOf(recipe);
  if (element.diffId !== undefined) return { entries, diffId: element.diffId };
  const { digest } = await cancellable(signal, ({ buffer: meter }) =>
    pool.hash({ recipe: encodeRecipe(recipe), meter }),
  );
  return { entries, diffId: digest };
}

function entriesOf(recipe: Recipe): readonly IndexedEntry[] {
  using reader = createRecipeReader(recipe);
  return [...tarIndex(reader.readAt, recipeSize(recipe))];
}

/** It comes first: whatever a later layer holds is placed on it, or replaces it. */
function linkLayer({ pool, capabilities, scratch, signal, link }: ViewOptions): Promise<ImageLayer> {
  const createdBy = `kitwright image: ${link} -> .`;
  const tar = imageTar([{ type: 'link', path: link, target: '.' }]);
  return makeLayer(tar, { pool, capabilities, scratch, signal, createdBy, compression: 'none' });
}
