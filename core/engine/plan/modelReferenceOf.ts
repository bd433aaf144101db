import { parseKitfile } from '../kitfile/parseKitfile.ts';
import { modelReference } from '../kitfile/validateKitfile.ts';
import { isReference } from '../oci/isReference.ts';

/** The kit on which the model of a Kitfile stands, as written; undefined for a model of its own. Throws `kitfile-invalid`. */
export const modelReferenceOf = (bytes: Uint8Array): string | undefined =>
  modelReference(parseKitfile(bytes, 'Kitfile').kitfile, isReference);
