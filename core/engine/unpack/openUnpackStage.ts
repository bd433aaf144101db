import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemError } from '../errors/systemError.ts';
import { makeDirectories } from '../files/makeDirectories.ts';
import type { LayerPool } from '../layers/createPool.ts';
import { digestOf } from '../oci/digest.ts';
import { bootId } from '../store/bootId.ts';
import { contentOf } from '../store/contentOf.ts';
import { isLarge } from '../store/fetchInParts.ts';
import { createLocalStore } from '../store/localStore.ts';
import { observeContent } from '../store/observeContent.ts';
import { receive } from '../store/receive.ts';
import { canLocate, type ReadTarget } from '../store/roles.ts';
import { makeStore } from '../store/storeLayout.ts';
import type { KitElement } from './kitElements.ts';

/** What an unpack of one kit into one directory has done so far; it outlives the process. */
export interface UnpackStage {
  /** Has everything of this layer its final name? */
  readonly isPlaced: (element: KitElement) => boolean;
  /** Downloads a large layer, or the rest of it, and gives a target that has it. */
  readonly fetch: (element: KitElement, source: ReadTarget, by: Fetching) => Promise<ReadTarget>;
  readonly placed: (element: KitElement) => void;
}

interface Fetching {
  readonly pool: LayerPool;
  readonly signal: AbortSignal;
}

/** Notes of a stage are lines of this many signs: a line that was cut short counts for nothing. */
const noteLength = 'sha256:'.length + 64;

/**
 * Keeps the state of an unpack in a folder, which only one process at a time may use. What was placed before a crash of
 * the machine is placed again: the disk may not have it. Throws `unpack-refused`.
 */
export function openUnpackStage(folder: string): UnpackStage {
  const store = createLocalStore(join(folder, 'layers'));
  const notes = join(folder, `placed-${bootId() ?? 'unknown'}`);
  try {
    makeDirectories(folder, 0o700);
    makeStore(store.layout);
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'make', folder);
  }
  const placed = new Set(bootId() === undefined ? [] : notesIn(notes));
  return {
    isPlaced: (element) => placed.has(noteOf(element)),
    fetch: async ({ descriptor }, source, { pool, signal }) => {
      if (!isLarge(descriptor) || (canLocate(source) && source.locate(descriptor))) return source;
      const content = observeContent(contentOf(descriptor, source), () => signal.throwIfAborted());
      await receive(descriptor, content, store.layout, pool);
      return store;
    },
    placed: (element) => {
      rmSync(store.layout.blob(element.descriptor.digest), { force: true });
      placed.add(noteOf(element));
      appendFileSync(notes, `${noteOf(element)}\n`, { mode: 0o600 });
    },
  };
}

/** The same bytes may belong to two elements. */
function noteOf({ descriptor, role, path }: KitElement): string {
  return digestOf(Buffer.from(JSON.stringify([descriptor.digest, role, path])));
}

function notesIn(path: string): readonly string[] {
  try {
    return readFileSync(path, 'latin1')
      .split('\n')
      .filter(({ length }) => length === noteLength);
  } catch {
    return [];
  }
}
