import { displayPath } from '../files/displayPath.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { LoadedKit } from '../kits/loadKit.ts';
import { createRecipeReader, type RecipeReader } from '../layers/recipeReader.ts';
import { tarIndex, wholeEntry } from '../layers/tarIndex.ts';
import { createTarNames, type IndexedEntry } from '../layers/tarRules.ts';
import { privateScratch } from '../store/privateScratch.ts';
import { digestOfRecipe } from '../store/readRecipe.ts';
import { type KitElement, kitElements } from './kitElements.ts';
import { openLayer, rawEntryOf } from './openLayer.ts';

/** One file that is not the same in both kits. */
export interface FileChange {
  /** The layer, as its Kitfile names it. */
  readonly layer: string;
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed' | 'mode';
}

interface FileState {
  readonly mode: number;
  /** Of the content; empty for a directory. */
  readonly digest: string;
}

const none: ReadonlyMap<string, FileState> = new Map();

/**
 * Which files differ between two kits, layer by layer; equal layers are not opened. Every byte that is compared is
 * verified. Throws `descriptor-mismatch`, `kit-malformed`.
 */
export async function diffFiles(
  kitwright: Kitwright,
  first: LoadedKit,
  second: LoadedKit,
  signal: AbortSignal,
): Promise<readonly FileChange[]> {
  const elements = [first, second].map(
    (kit) => new Map(kitElements(kit.kitfile, kit.manifest).map((element) => [keyOf(element), element])),
  );
  const [before = new Map<string, KitElement>(), after = new Map<string, KitElement>()] = elements;
  using scratch = privateScratch('diff');
  const changes: FileChange[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(key), after.get(key)];
    if (old?.descriptor.digest === now?.descriptor.digest) continue;
    const left = old ? await filesOf(kitwright, first, old, scratch.path, signal) : none;
    const right = now ? await filesOf(kitwright, second, now, scratch.path, signal) : none;
    // A layer may have more files than a function takes arguments.
    for (const change of compare((now ?? old)?.path ?? '', left, right)) changes.push(change);
  }
  return changes;
}

function keyOf({ role, path }: KitElement): string {
  return `${role} ${path}`;
}

/** Path, mode and content of every entry of a layer, all verified. */
async function filesOf(
  kitwright: Kitwright,
  kit: LoadedKit,
  element: KitElement,
  scratch: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FileState>> {
  const { pool, capabilities } = kitwright;
  const options = { source: kit.layerSource, pool, capabilities, scratch, signal };
  const { recipe, verification } = await openLayer(element, options);
  using reader = createRecipeReader(recipe);
  const [states, names] = [new Map<string, FileState>(), createTarNames()];
  try {
    for (const entry of entriesOf(element, reader)) {
      signal.throwIfAborted();
      names.check(entry);
      const digest = entry.type === 'file' ? await digestOfRecipe(reader.slice(entry.offset, entry.size)) : '';
      states.set(displayPath(entry.path), { mode: entry.mode, digest });
    }
  } finally {
    // Damaged bytes explain a broken index better than the index does.
    await verification;
  }
  return states;
}

/** The entries of a layer, whose one file may be no tar. */
export function entriesOf(element: KitElement, reader: RecipeReader): Iterable<IndexedEntry> {
  const raw = rawEntryOf(element);
  return raw ? [wholeEntry(raw, reader.size)] : tarIndex(reader.readAt, reader.size);
}

function compare(
  layer: string,
  before: ReadonlyMap<string, FileState>,
  after: ReadonlyMap<string, FileState>,
): readonly FileChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path): readonly FileChange[] => {
    const [old, now] = [before.get(path), after.get(path)];
    if (!old) return [{ layer, path, change: 'added' }];
    if (!now) return [{ layer, path, change: 'removed' }];
    if (old.digest !== now.digest) return [{ layer, path, change: 'changed' }];
    return old.mode === now.mode ? [] : [{ layer, path, change: 'mode' }];
  });
}
