import type { LayerType } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';

/** Makes a layer type for one case. */
export type MakeLayerType = (context: TestContext) => LayerType | MadeLayerType | Promise<LayerType | MadeLayerType>;

/** A layer type, and what it is for. */
export interface MadeLayerType extends Disposable {
  readonly layerType: LayerType;
  /**
   * An element of a Kitfile that becomes such a layer, by paths: one file is an element itself, several are in a folder,
   * which is the first word of each path. By default files of many kinds, or one for a type that takes no folder.
   */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
}

export function asMadeLayerType(made: LayerType | MadeLayerType): MadeLayerType {
  return 'layerType' in made ? made : { layerType: made };
}
