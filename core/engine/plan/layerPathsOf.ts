import type { BytePath } from '../files/bytePath.ts';
import { parseKitfile } from '../kitfile/parseKitfile.ts';
import { validateKitfile } from '../kitfile/validateKitfile.ts';
import { isReference } from '../oci/isReference.ts';
import { layerPaths } from './planEntries.ts';

/**
 * The paths that a pack of a Kitfile would read; `.` is everything. `file` is shown in errors. Throws
 * `kitfile-invalid`.
 */
export function layerPathsOf(bytes: Uint8Array, file: string): readonly BytePath[] {
  const source = parseKitfile(bytes, file);
  validateKitfile(source, isReference);
  return layerPaths(source.kitfile);
}
