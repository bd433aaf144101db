import type { RecipeReader } from '../../layers/recipeReader.ts';
import type { IndexedEntry } from '../../layers/tarRules.ts';
import type { ReadTarget } from '../../store/roles.ts';
import type { KitElement } from '../../unpack/kitElements.ts';

/** A layer of a kit, or of a kit to which it refers, and who has its bytes. */
export interface KitLayer {
  readonly element: KitElement;
  readonly source: ReadTarget;
}

/** A layer whose bytes are on this machine, and what is in it. */
export interface OpenedKitLayer extends KitLayer {
  /** Its plain bytes. */
  readonly reader: RecipeReader;
  readonly entries: readonly IndexedEntry[];
}
