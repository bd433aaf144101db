import type { Descriptor } from '../oci/descriptor.ts';
import type { KitName } from './roles.ts';

/** The descriptor of a name among others: by its tag, else by its digest. */
export function resolveName(names: readonly KitName[], repository: string, reference: string): Descriptor | undefined {
  const candidates = names.filter((name) => name.repository === repository);
  const match =
    candidates.find(({ tag }) => tag === reference) ??
    candidates.find(({ descriptor }) => descriptor.digest === reference);
  return match?.descriptor;
}
