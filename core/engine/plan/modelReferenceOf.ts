import { parseKitfile } from '../kitfile/parseKitfile.ts';
import { modelReference } from '../kitfile/validateKitfile.ts';
import { withLocalPaths } from '../kitfile/withLocalPaths.ts';
import { isReference } from '../oci/isReference.ts';
import { kindIn } from './readKitfile.ts';

/**
 * The kit on which the model of a Kitfile stands, as written; undefined for a model of its own. `directory`
 * is the one that is packed. Throws `kitfile-invalid`.
 */
export function modelReferenceOf(bytes: Uint8Array, directory: string): string | undefined {
  const { kitfile } = parseKitfile(bytes, 'Kitfile');
  return modelReference(withLocalPaths(kitfile, kindIn(directory), isReference), isReference);
}
