import { testContext } from '../context/testContext.ts';
import { type AddTest, addCases } from '../suite/addCases.ts';
import { leakCase } from '../suite/leftovers.ts';
import { endOf } from '../suite/printedBy.ts';
import { type LayerBench, type LayerCase, openLayerBench } from './LayerBench.ts';
import { bytesOf, lay, storedLayer } from './layerTree.ts';
import type { MakeLayerType } from './MadeLayerType.ts';
import { recipeCases } from './recipeCases.ts';
import { unpackCases } from './unpackCases.ts';

/** The rules for layer types. */
export const layerTypeCases: readonly LayerCase[] = [...recipeCases, ...unpackCases, leakCase(useAll)];

/**
 * Tests a layer type: each rule is one test of the runner (`test` of node:test, vitest or jest), on a type that `make`
 * makes for it. What the type does not do is skipped, with the reason.
 */
export function testLayerType(test: AddTest, make: MakeLayerType): void {
  addCases(test, layerTypeCases, openLayerBench(make, testContext));
}

/** What is done with a layer, with and without success. */
async function useAll({ type, folder, path }: LayerBench): Promise<void> {
  const layer = storedLayer(bytesOf(lay(type, folder, path).recipe), path, type);
  await endOf(() => type.describe?.(layer));
  await endOf(() => type.diff?.(layer, layer));
  for await (const { bytes } of type.unpack?.(layer) ?? []) for await (const _ of bytes) break;
}
