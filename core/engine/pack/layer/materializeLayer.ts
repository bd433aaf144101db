import { existsSync } from 'node:fs';
import type { Descriptor } from '../../oci/descriptor.ts';
import { contentOfRecipe } from '../../store/contentOf.ts';
import type { LocalStore } from '../../store/localStore.ts';

/** Writes a layer that is kept as a recipe to `blobs/`, verified, so that any OCI tool can read it. */
export async function materializeLayer(descriptor: Descriptor, store: LocalStore): Promise<void> {
  if (existsSync(store.layout.blob(descriptor.digest))) return;
  const recipe = store.locate(descriptor);
  if (recipe) await store.push(descriptor, contentOfRecipe(recipe));
}
