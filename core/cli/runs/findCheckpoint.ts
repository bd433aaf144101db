import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** How many entries are looked at. */
const maxEntries = 100_000;

/**
 * The checkpoint that a framework resumes from: of this step if there is one, else the one with the highest step.
 * Directories of the Trainer, accelerate, DeepSpeed, Megatron and others; files of Lightning. Links are not followed.
 */
export function findCheckpoint(directory: string, step: number | undefined): string | undefined {
  const found = entriesIn(directory).flatMap((path) => {
    const own = stepIn(basename(path));
    return own === undefined ? [] : [{ path, step: own }];
  });
  const exact = found.find((one) => one.step === step);
  return (exact ?? found.toSorted((a, b) => b.step - a.step)[0])?.path;
}

function entriesIn(directory: string): readonly string[] {
  try {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).slice(0, maxEntries);
    return entries.filter((entry) => !entry.isSymbolicLink()).map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

function stepIn(name: string): number | undefined {
  const [, folder, file] =
    /^(?:(?:checkpoint|step|global_step|iter|epoch)[-_=]?(\d{1,15})|(?:.*[^A-Za-z])?step=(\d{1,15})(?:\D.*)?\.ckpt)$/.exec(
      name,
    ) ?? [];
  const digits = folder ?? file;
  return digits === undefined ? undefined : Number(digits);
}
