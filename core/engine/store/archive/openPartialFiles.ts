import type { FileHandle } from 'node:fs/promises';
import { openPartialFile } from './openPartialFile.ts';

/** Files that are written one after the other; one of them is open. */
export interface PartialFiles {
  readonly open: (part: number) => Promise<FileHandle>;
  /** What is written so far is on the disk then. */
  readonly close: () => Promise<void>;
}

/** `pathOf` gives the name of a part as long as it is written, `finalPath` the one that it gets. */
export function openPartialFiles(pathOf: (part: number) => string, finalPath: (part: number) => string): PartialFiles {
  let current: { readonly part: number; readonly handle: FileHandle } | undefined;
  const close = async () => {
    const handle = current?.handle;
    current = undefined;
    try {
      await handle?.sync();
    } finally {
      await handle?.close();
    }
  };
  return {
    open: async (part) => {
      if (current?.part === part) return current.handle;
      await close();
      const handle = await openPartialFile(pathOf(part), finalPath(part));
      current = { part, handle };
      return handle;
    },
    close,
  };
}
