import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { temporaryName } from '../../files/atomicWrite.ts';
import type { PlanEntry } from '../../host/nouns.ts';
import { encodeRecipe } from '../../layers/jobs.ts';
import { maxExpandedSize } from '../../layers/layerLimits.ts';
import { type Recipe, recipeSize } from '../../layers/recipe.ts';
import { hexOf } from '../../oci/digest.ts';
import type { LayerRecord } from '../../store/LayerRecord.ts';
import { hashBytes } from '../../store/LayerSnapshot.ts';
import { commitBlob } from './capture.ts';
import { asDigest, hasContent, type LayerWork, type StoredLayer, withProgress } from './layerWork.ts';

/** Compresses a layer into `blobs/` with the compressor of this id. */
export async function storeCompressed(work: LayerWork, recipe: Recipe, id: string): Promise<StoredLayer> {
  const { options } = work;
  const { capabilities } = options;
  const { module } = capabilities.get('compressor', id);
  const plugin = capabilities.pluginOf('compressor', id);
  const { layout, layers } = options.store;
  const path = join(layout.tmp, temporaryName('blob'));
  const bytes = recipeSize(recipe);
  const seed = options.store.seed();
  const result = await withProgress(options, bytes, (meter) =>
    options.pool.compress({ recipe: encodeRecipe(recipe), seed, module, plugin, path, meter: meter.buffer }),
  );
  if (bytes > maxExpandedSize(result.size)) {
    rmSync(path, { force: true });
    throw tooDense(work.planned.entry);
  }
  const digest = asDigest(result.digest);
  const existed = layers.readHead(digest) !== undefined;
  const source = await commitBlob(layout, path, hexOf(digest));
  noteContents(work, recipe, result.contents);
  const record: LayerRecord = {
    digest,
    size: result.size,
    diffId: asDigest(result.diffId),
    sources: [source],
    pieces: [{ source: 0, offset: 0, size: result.size }],
  };
  layers.write(record);
  return { record, hashed: bytes, existed };
}

/** Files with content and the pieces of files are in the same order. */
function noteContents({ planned, hashes }: LayerWork, recipe: Recipe, contents: Uint8Array): void {
  const indexes = planned.files.flatMap((file, index) => (hasContent(file) ? [index] : [])).values();
  recipe.forEach((piece, i) => {
    const index = piece.kind === 'file' ? indexes.next().value : undefined;
    if (index !== undefined) hashes[index] = contents.slice(i * hashBytes, (i + 1) * hashBytes);
  });
}

function tooDense({ role, path, id }: PlanEntry): KitwrightError {
  const message = `The ${role} layer ${path} compresses to less than a thousandth of its size: an unpack would refuse it.`;
  return new KitwrightError('layer-path-refused', message, {
    data: { path, id },
    hint: 'Pack it with another compression, or with none.',
  });
}
