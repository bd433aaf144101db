import { parseKitfile } from '../kitfile/parseKitfile.ts';
import { modelReference } from '../kitfile/validateKitfile.ts';
import { isReference } from '../oci/isReference.ts';

/**
 * The kit on which the model of a Kitfile stands, as written; undefined for a model of its own. Throws
 * `kitfile-invalid`.
 */
export function modelReferenceOf(bytes: Uint8Array): string | undefined {
  return modelReference(parseKitfile(bytes, 'Kitfile').kitfile, isReference);
}
