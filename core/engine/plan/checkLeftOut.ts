import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, baseOf, joinPath, parentOf, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import type { PlanFile, PlannedLayer } from '../host/nouns.ts';
import { isLeftOut } from '../kitfile/leftOut.ts';

/**
 * What a plan takes in although it belongs in no kit as a rule: version control, secrets, environments, caches. They
 * are packed, as `kit` packs them. One sentence counts and names them; undefined if there are none.
 */
export function leftOutText(layers: readonly PlannedLayer[]): string | undefined {
  const counts = countLeftOut(layers.flatMap(({ files }) => files));
  if (!counts.size) return undefined;
  const named = [...counts].slice(0, shown).map(([path, files]) => `${displayPath(path)}${countText(path, files)}`);
  const more = counts.size > shown ? ` and ${counts.size - shown} more` : '';
  return `What belongs in no kit as a rule is packed: ${named.join(', ')}${more}.`;
}

/** Throws `private-files` instead, for `--strict`. */
export function refuseLeftOut(layers: readonly PlannedLayer[]): void {
  const text = leftOutText(layers);
  if (text !== undefined) throw new KitwrightError('private-files', text.replace(' is packed:', ' would be packed:'));
}

/** Names that are given. */
const shown = 5;

function countText(path: BytePath, files: number): string {
  return path.endsWith('/') ? ` (${files} ${files === 1 ? 'file' : 'files'})` : '';
}

/** The topmost directory, or the file, that is left out elsewhere, and how many files lie there. */
function countLeftOut(files: readonly PlanFile[]): ReadonlyMap<BytePath, number> {
  const counts = new Map<BytePath, number>();
  const known = new Map<BytePath, BytePath | undefined>([['', undefined]]);
  /** The topmost such directory at or above this one. */
  const topOf = (directory: BytePath): BytePath | undefined => {
    if (known.has(directory)) return known.get(directory);
    const top = topOf(parentOf(directory)) ?? (isLeftOut(nameOf(directory), 'directory') ? directory : undefined);
    known.set(directory, top);
    return top;
  };
  for (const { path, type } of files) {
    const directory = topOf(type === 'directory' ? path : parentOf(path));
    const found = directory !== undefined ? joinPath(directory, '') : type === 'file' && isLeftOut(nameOf(path), type);
    if (found === false) continue;
    const key = found === true ? path : found;
    counts.set(key, (counts.get(key) ?? 0) + (type === 'file' ? 1 : 0));
  }
  return counts;
}

function nameOf(path: BytePath): string {
  return textOf(baseOf(path));
}
