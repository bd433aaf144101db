import { dirname, join } from 'node:path';
import { fromNative } from '../../files/bytePath.ts';
import type { Digest } from '../../oci/digest.ts';
import { digestOfRecipe } from '../readRecipe.ts';
import { incomplete, type ListedPart, partsSuffix, readParts, sizeFault } from './archiveParts.ts';

/**
 * Reads all parts of an archive and compares their digests; does nothing for an archive in one file. Throws
 * `archive-incomplete`, which names each part that is missing, cut, damaged, or in the place of another one.
 */
export async function verifyParts(path: string, signal: AbortSignal): Promise<void> {
  if (!path.endsWith(partsSuffix)) return;
  const parts = readParts(path);
  const faults: string[] = [];
  for (const part of parts) {
    signal.throwIfAborted();
    const fault = sizeFault(path, part) ?? (await contentFault(path, part, parts));
    if (fault !== undefined) faults.push(fault);
  }
  if (faults.length) throw incomplete(path, faults);
}

async function contentFault(path: string, part: ListedPart, parts: readonly ListedPart[]): Promise<string | undefined> {
  const file = fromNative(join(dirname(path), part.name));
  const digest: Digest = await digestOfRecipe([{ kind: 'file', path: file, offset: 0, size: part.size }]);
  if (digest === part.digest) return undefined;
  const other = parts.find((one) => one.digest === digest);
  return other
    ? `${part.name} holds what ${other.name} should hold`
    : `${part.name} is damaged: its digest is ${digest}`;
}
