import { join } from 'node:path';
import { temporaryName } from '../../files/atomicWrite.ts';
import { encodeRecipe } from '../../layers/jobs.ts';
import { type Recipe, recipeSize } from '../../layers/recipe.ts';
import { hexOf } from '../../oci/digest.ts';
import type { LayerRecord } from '../../store/LayerRecord.ts';
import { commitBlob } from './capture.ts';
import { asDigest, hasContent, type LayerWork, pieceOf, type StoredLayer, watchMeter } from './layerWork.ts';
import { hashBytes } from './snapshot.ts';

/** The next build needs the content hashes to see what changed. */
const probeContents = async ({ planned, options, hashes }: LayerWork): Promise<void> => {
  const files = planned.files.flatMap((file, index) => (hasContent(file) ? [{ file, index }] : []));
  if (files.length === 0) return;
  const recipe = files.map(({ file }) => pieceOf(file, options));
  const found = await watchMeter(options, recipeSize(recipe), (meter) =>
    options.pool.probe({ recipe: encodeRecipe(recipe), meter: meter.buffer, seed: options.store.seed() }),
  );
  files.forEach(({ index }, i) => {
    hashes[index] = found.slice(i * hashBytes, (i + 1) * hashBytes);
  });
};

/** Compresses a layer into `blobs/`. `module` is the compressor's. */
export const storeCompressed = async (work: LayerWork, recipe: Recipe, module: string): Promise<StoredLayer> => {
  const { options } = work;
  const { layout, layers } = options.store;
  const path = join(layout.tmp, temporaryName('blob'));
  const bytes = recipeSize(recipe);
  const result = await watchMeter(options, bytes, (meter) =>
    options.pool.compress({ recipe: encodeRecipe(recipe), module, path, meter: meter.buffer }),
  );
  const digest = asDigest(result.digest);
  const existed = layers.readHead(digest) !== undefined;
  const source = await commitBlob(layout, path, hexOf(digest));
  await probeContents(work);
  const record: LayerRecord = {
    digest,
    size: result.size,
    diffId: asDigest(result.diffId),
    sources: [source],
    pieces: [{ source: 0, offset: 0, size: result.size }],
  };
  layers.write(record);
  return { record, hashed: bytes, existed };
};
