import { existsSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { atomicWrite } from '../../files/atomicWrite.ts';
import type { Digest } from '../../oci/digest.ts';
import type { ArchiveSink } from './ArchiveSink.ts';
import { type ListedPart, maxParts, partName, partsSuffix, partsText, readParts } from './archiveParts.ts';
import { hashParts } from './hashParts.ts';
import { openFileSink } from './openFileSink.ts';

/** Opens the file of an archive. Throws `store-failed`. */
export function openArchiveFile(path: string): Promise<ArchiveSink> {
  return openFileSink({ nameOf: () => path, partSize: Number.MAX_SAFE_INTEGER });
}

/**
 * Opens the files of an archive of `size` bytes in parts of `partSize` bytes, `kits.tar.001` and so on. The list of the
 * parts, `kits.tar.parts.json`, is written last. Throws `usage` for too many parts, `store-failed`.
 */
export async function openArchiveParts(path: string, partSize: number, size: number): Promise<ArchiveSink> {
  if (size / partSize > maxParts)
    throw new KitwrightError('usage', `The archive would have more than ${maxParts} parts: make them larger.`);
  const sink = hashParts(await openFileSink({ nameOf: (part) => partName(path, part), partSize }), partSize);
  return {
    ...sink,
    commit: async () => {
      const digests = sink.digests();
      const parts = await sink.commit();
      const list = `${path}${partsSuffix}`;
      removeParts(path, parts.length);
      const text = partsText(
        path,
        parts.map((part, i) => ({ name: basename(part.path), size: part.size, digest: digests[i] as Digest })),
      );
      atomicWrite(list, text, dirname(list));
      return [...parts, { path: list, size: Buffer.byteLength(text) }];
    },
  };
}

/** Of an archive that had more parts: whoever puts all `kits.tar.0*` together would get both. */
function removeParts(path: string, from: number): void {
  const list = `${path}${partsSuffix}`;
  if (!existsSync(list)) return;
  for (const part of listedBefore(list).keys()) if (part >= from) rmSync(partName(path, part), { force: true });
}

function listedBefore(list: string): readonly ListedPart[] {
  try {
    return readParts(list);
  } catch {
    return [];
  }
}
