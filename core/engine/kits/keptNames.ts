import { modelReference } from '../kitfile/validateKitfile.ts';
import { isReference } from '../oci/isReference.ts';
import { displayReference, parseReference, withDefaultTag } from '../oci/reference.ts';
import type { ReadTarget } from '../store/roles.ts';
import type { ArchiveKit } from './archiveKits.ts';
import { createKitReader } from './createKitReader.ts';
import { kitfileOf } from './kitfileOf.ts';

/** The names by which kits of an archive refer to each other: under other names the references would lead nowhere. */
export async function keptNames(kits: readonly ArchiveKit[], source: ReadTarget): Promise<ReadonlySet<string>> {
  const [kept, readKit] = [new Set<string>(), createKitReader()];
  for (const { root } of kits.flatMap((kit) => [kit, ...kit.members])) {
    const kitfile = await kitfileOf(root, source, readKit);
    const text = kitfile && modelReference(kitfile, isReference);
    if (text !== undefined) kept.add(displayReference(withDefaultTag(parseReference(text))));
  }
  return kept;
}
