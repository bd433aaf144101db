import { createHash, type Hash } from 'node:crypto';
import type { ManyJob } from '../manyFiles.ts';

/** SHA-256 of a layer of many files: where it begins, and what is kept of it for the next build. */
export interface LayerHash {
  readonly hash: Hash;
  /** The first chunk that it must see. */
  readonly first: number;
  /** Bytes before that. */
  readonly skipped: number;
  /** Before each chunk: so many bytes were hashed here. */
  readonly note: (chunk: number, hashed: number) => void;
  /** At the end. */
  readonly keep: (digest: string) => void;
}

/** A SHA-256 in the middle of a layer, before a row that begins a chunk. */
interface State {
  readonly row: number;
  readonly bytes: number;
  readonly hash: Hash;
}

interface Remembered {
  readonly digest: string;
  readonly states: readonly State[];
}

const remembered = new Map<string, Remembered>();

/** Layers that one thread remembers. */
const maxLayers = 64;

/** States kept for one layer, or twice as many: a few hundred bytes each. */
const maxStates = 256;

/** States at the end that are always kept: files come last. */
const lastStates = 4;

/** Goes on from the last state that this thread has before the first row that changed. */
export function openLayerHash({ resume, chunks }: Pick<ManyJob, 'resume' | 'chunks'>): LayerHash {
  const known = resume && remembered.get(resume.layer);
  const usable = known?.digest === resume?.digest ? (known?.states ?? []) : [];
  const states = usable.filter(({ row }) => row <= (resume?.row ?? 0) && chunks.includes(row));
  const last = states.at(-1);
  const [first, skipped] = last ? [chunks.indexOf(last.row), last.bytes] : [0, 0];
  const hash = last ? last.hash.copy() : createHash('sha256');
  const count = chunks.length - 1;
  const step = Math.max(1, Math.floor(count / maxStates));
  return {
    hash,
    first,
    skipped,
    note: (chunk, hashed) => {
      if (!resume || chunk === first || (chunk % step !== 0 && chunk < count - lastStates)) return;
      states.push({ row: chunks[chunk] ?? 0, bytes: skipped + hashed, hash: hash.copy() });
    },
    keep: (digest) => {
      if (resume) remember(resume.layer, { digest, states });
    },
  };
}

function remember(layer: string, entry: Remembered): void {
  remembered.delete(layer);
  remembered.set(layer, entry);
  const oldest = remembered.size > maxLayers ? remembered.keys().next().value : undefined;
  if (oldest !== undefined) remembered.delete(oldest);
}
