import { displayReference } from '../oci/reference.ts';
import type { ReadTarget } from '../store/roles.ts';
import type { TargetSource } from './loadKit.ts';

/** Finds kits in an archive or layout, where a kit that another one refers to has its full name as its tag. */
export function byFullName(target: ReadTarget): TargetSource {
  return (reference) => ({
    ...target,
    // Other tags, such as cosign's, are there as they are.
    resolve: (_, found) =>
      target.resolve('', !reference.isDigest && found === reference.reference ? displayReference(reference) : found),
  });
}
