import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** How many entries are looked at. */
const maxEntries = 100_000;

/**
 * The checkpoint that a framework resumes from, at or below one of these paths: of this step if there is one, else the
 * one with the highest step. Directories of the Trainer, accelerate, DeepSpeed, Megatron and others; files of
 * Lightning. Links are not followed.
 */
export function findCheckpoint(paths: readonly string[], step: number | undefined): string | undefined {
  const found = entriesIn(paths).flatMap((path) => {
    const own = stepIn(path);
    return own === undefined ? [] : [{ path, step: own }];
  });
  const exact = found.find((one) => one.step === step);
  return (exact ?? found.toSorted((a, b) => b.step - a.step)[0])?.path;
}

/** The paths and what is below them, directory by directory. */
function entriesIn(paths: readonly string[]): readonly string[] {
  const found = [...paths];
  const directories = [...paths];
  for (const directory of directories) {
    for (const entry of listed(directory)) {
      if (found.length >= maxEntries) return found;
      found.push(join(directory, entry.name));
      if (entry.isDirectory()) directories.push(join(directory, entry.name));
    }
  }
  return found;
}

function listed(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true }).filter((entry) => !entry.isSymbolicLink());
  } catch {
    // It is a file.
    return [];
  }
}

const checkpoint =
  /(?:^|[/\\])(?:(?:checkpoint|step|global_step|iter|epoch)[-_=]?(\d{1,15})|(?:[^/\\]*[^A-Za-z/\\])?step=(\d{1,15})(?:[^\d/\\][^/\\]*)?\.ckpt)$/;

function stepIn(path: string): number | undefined {
  const [, folder, file] = checkpoint.exec(path) ?? [];
  const digits = folder ?? file;
  return digits === undefined ? undefined : Number(digits);
}
