import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, baseOf, parentOf, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import type { PlannedLayer } from '../host/nouns.ts';
import { namesOf } from '../host/plannedTable.ts';
import { isLeftOut } from '../kitfile/leftOut.ts';

/**
 * What a plan takes in although it belongs in no kit as a rule: version control, secrets, environments, caches. They
 * are packed, as `kit` packs them. One sentence counts and names them; undefined if there are none.
 */
export function leftOutText(layers: readonly PlannedLayer[]): string | undefined {
  const counts = countLeftOut(layers);
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
function countLeftOut(layers: readonly PlannedLayer[]): ReadonlyMap<BytePath, number> {
  const counts = new Map<BytePath, number>();
  const topOf = createTopOf();
  for (const layer of layers) {
    for (const { path, type } of namesOf(layer)) {
      const found = topOf(type === 'directory' ? path : parentOf(path)) ?? (type === 'file' ? fileOf(path) : undefined);
      if (found !== undefined) counts.set(found, (counts.get(found) ?? 0) + (type === 'file' ? 1 : 0));
    }
  }
  return counts;
}

/** Gives the topmost directory that is left out, at or above a directory, with a `/`; each is looked at once. */
function createTopOf(): (directory: BytePath) => BytePath | undefined {
  const known = new Map<BytePath, BytePath | undefined>([['', undefined]]);
  const find = (directory: BytePath): BytePath | undefined => {
    if (known.has(directory)) return known.get(directory);
    const isTop = isLeftOut(nameOf(directory), 'directory');
    const top = find(parentOf(directory)) ?? (isTop ? `${directory}/` : undefined);
    known.set(directory, top);
    return top;
  };
  // Most files lie in the directory of the one before: to compare its path takes less than to look it up.
  let last: { readonly directory: BytePath; readonly top: BytePath | undefined } = { directory: '', top: undefined };
  return (directory) => {
    if (directory !== last.directory) last = { directory, top: find(directory) };
    return last.top;
  };
}

/** Names that may be left out begin or end with one of these bytes: there may be a million others. */
const [isFirst, isLast] = [flagsOf('._#$tTeEdD'), flagsOf('~cCoO')];

/** 1 for each of these bytes. */
function flagsOf(bytes: BytePath): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (bytes.includes(String.fromCharCode(byte)) ? 1 : 0));
}

function fileOf(path: BytePath): BytePath | undefined {
  const first = isFirst[path.charCodeAt(path.lastIndexOf('/') + 1)];
  const isSuspect = first === 1 || isLast[path.charCodeAt(path.length - 1)] === 1;
  return isSuspect && isLeftOut(nameOf(path), 'file') ? path : undefined;
}

function nameOf(path: BytePath): string {
  return textOf(baseOf(path));
}
