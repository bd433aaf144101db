import type { ModelKit } from '../host/nouns.ts';
import { loadKitAt } from '../kits/loadKit.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Reference, repositoryOf } from '../oci/reference.ts';
import type { LocalStore } from '../store/localStore.ts';

/**
 * The kit that has this name already, if it holds the same as a new one: a watch that starts again need not make it
 * anew. What a kit records about its making (annotations) is not compared.
 */
export async function storedBefore(
  { config, layers }: ModelKit,
  name: Reference | undefined,
  store: LocalStore,
): Promise<Descriptor | undefined> {
  if (name?.reference === undefined) return undefined;
  try {
    const root = await store.resolve(repositoryOf(name), name.reference);
    const { manifest } = root ? await loadKitAt(root, store) : { manifest: undefined };
    const now = [config, ...layers.map(({ descriptor }) => descriptor)];
    const before = manifest && [manifest.config, ...manifest.layers];
    const isSame = before?.length === now.length && before.every(({ digest }, i) => digest === now[i]?.digest);
    return isSame ? root : undefined;
  } catch {
    // It is no kit, or damaged: the new one takes its name.
    return undefined;
  }
}
