import type { OddFile } from '../pack/oddFiles.ts';
import type { Version, Waiting } from './Waiting.ts';

/** What does not look complete, by path, and how long it has been waited for. */
export type Patience = ReadonlyMap<string, Incomplete>;

/** Times in ms. */
interface Incomplete {
  /** The version and what it lacks: one more shard makes another version, because shards are still being downloaded. */
  readonly version: string;
  /** How long to wait for this version. */
  readonly needed: number;
  /** How long it was waited for until now. */
  readonly waited: number;
  /** When it was seen last, since 1970. */
  readonly at: number;
  /** Was it packed as it is, with a warning? */
  readonly isPacked: boolean;
}

/**
 * The state after one more look. What was packed as it is stays in it, so that it is neither waited for nor warned of
 * again.
 */
export function learnPatience(
  known: Patience,
  waiting: readonly Waiting[],
  now: number,
  isFirstLook: boolean,
): Patience {
  const packed = [...known].filter(([, { isPacked }]) => isPacked);
  const found = waiting.flatMap(({ path, reason, version }) => {
    if (!version) return [];
    const id = `${version.id} ${reason}`;
    const before = known.get(path);
    const next = before?.version === id ? waitedOn(before, now) : begun(id, version, now, isFirstLook);
    return [[path, next] as const];
  });
  return new Map([...packed, ...found]);
}

/**
 * The most time that is added between two looks: if the machine was suspended or the clock jumped, the writer had less.
 */
const longestStep = 10_000;

function waitedOn(before: Incomplete, now: number): Incomplete {
  const step = Math.max(0, Math.min(now - before.at, longestStep));
  return { ...before, waited: before.waited + step, at: now };
}

/** No writer pauses for so long: NFS keeps written data back for half a minute. */
const usual = 120_000;

/** Files from before the watch are seldom still written. */
const old = 10_000;

function begun(version: string, { changed }: Version, now: number, isFirstLook: boolean): Incomplete {
  const needed = isFirstLook ? (now - changed >= usual ? 0 : old) : usual;
  return { version, needed, waited: 0, at: now, isPacked: false };
}

/** After the end of the training, processes that it started may still write. */
const atTheEnd = 2_000;

/** How long to wait still, in ms; 0 or less if it may be packed as it is. */
export function patienceLeft({ needed, waited, isPacked }: Incomplete, isFinal: boolean): number {
  return isPacked ? 0 : Math.min(needed, isFinal ? atTheEnd : needed) - waited;
}

/** Records what a kit holds although it does not look complete. */
export function notePacked(known: Patience, packed: readonly OddFile[]): Patience {
  const entries = packed.flatMap(({ path }) => {
    const incomplete = known.get(path);
    return incomplete ? [[path, { ...incomplete, isPacked: true }] as const] : [];
  });
  return new Map([...known, ...entries]);
}
