import { fstatSync } from 'node:fs';
import { fileId } from '@kitwright/core/internal';

/** The files to which our standard output and error go, by `fileId`; none for terminals and pipes. */
export function ownOutput(): ReadonlySet<string> {
  return new Set([1, 2].flatMap(idOf));
}

function idOf(fd: number): readonly string[] {
  try {
    const stats = fstatSync(fd, { bigint: true });
    return stats.isFile() ? [fileId(stats)] : [];
  } catch {
    // It is closed.
    return [];
  }
}
