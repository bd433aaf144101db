import { KitwrightError } from '../../errors/KitwrightError.ts';
import { isDigest } from '../../oci/digest.ts';

/** The tags of the destination, else that of the source. Throws `usage` where there is none: nothing would name the kit. */
export function amendedTags(references: readonly string[], reference: string): readonly string[] {
  const tags = (references.length ? references : [reference]).filter((tag) => !isDigest(tag));
  if (tags.length) return tags;
  throw new KitwrightError('usage', 'The amended kit needs a tag: name it with --tag.');
}
