import { eachOf, type ImportFile, type ImportSource } from '@kitwright/core/internal';
import type { ProjectFiles } from '@kitwright/core/internal/builds';

/** Text files above this size (bytes) or beyond this number are not read. */
const maxSize = 1024 * 1024;
const maxTexts = 100;
const together = 5;

/**
 * The files of a repository as the project for which a Kitfile is generated. The few relevant text files are read
 * first.
 */
export async function importedProject(source: ImportSource): Promise<ProjectFiles> {
  const texts = new Map<string, Uint8Array>();
  const telling = source.files.filter((file) => isTelling(file) && file.size <= maxSize).slice(0, maxTexts);
  await eachOf(telling, together, async ({ path }) => void texts.set(path, await source.read(path)));
  const files = Map.groupBy(source.files, ({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  const directories = new Map<string, Set<string>>();
  for (let path of files.keys()) {
    while (path) {
      const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
      const known = directories.get(parent);
      directories.set(parent, (known ?? new Set()).add(path.slice(path.lastIndexOf('/') + 1)));
      // What is above it was looked at.
      if (known) break;
      path = parent;
    }
  }
  return {
    list: (directory) => ({
      files: (files.get(directory) ?? [])
        .map(({ path, size }) => ({ name: path.slice(path.lastIndexOf('/') + 1), size }))
        .sort((a, b) => byName(a.name, b.name)),
      directories: [...(directories.get(directory) ?? [])].sort(byName),
    }),
    read: (path) => texts.get(path) ?? new Uint8Array(),
  };
}

/** Text files that describe a project. */
function isTelling({ path }: ImportFile): boolean {
  return /(?:^|\/)SKILL\.md$/.test(path) || /^license[^/]*$/i.test(path);
}

function byName(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
