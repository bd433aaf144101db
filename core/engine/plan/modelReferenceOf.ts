import { parseKitfile } from '../kitfile/parse.ts';
import { modelReference } from '../kitfile/validate.ts';
import { isReference } from '../oci/isReference.ts';

/** The kit on which the model of a Kitfile stands, as written; undefined for a model of its own. Throws `kitfile-invalid`. */
export const modelReferenceOf = (bytes: Uint8Array): string | undefined =>
  modelReference(parseKitfile(bytes, 'Kitfile').kitfile, isReference);
