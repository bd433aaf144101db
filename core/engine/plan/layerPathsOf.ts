import type { BytePath } from '../files/bytePath.ts';
import { parseKitfile } from '../kitfile/parseKitfile.ts';
import { validateKitfile } from '../kitfile/validateKitfile.ts';
import { type KindAt, withLocalPaths } from '../kitfile/withLocalPaths.ts';
import { isReference } from '../oci/isReference.ts';
import { layerPaths } from './planEntries.ts';

/**
 * The paths that a pack of a Kitfile would read; `.` is everything. `kindAt` says what would be there, `file` is shown
 * in errors, `schemes` are those of URLs at which data may be. Throws `kitfile-invalid`.
 */
export function layerPathsOf(
  bytes: Uint8Array,
  file: string,
  kindAt: KindAt,
  schemes: readonly string[],
): readonly BytePath[] {
  const parsed = parseKitfile(bytes, file);
  const source = { ...parsed, kitfile: withLocalPaths(parsed.kitfile, kindAt, isReference) };
  validateKitfile(source, isReference, schemes);
  return layerPaths(source.kitfile);
}
