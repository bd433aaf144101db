import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { atomicWrite, makeDirectories } from '@kitwright/core/internal';

/** The stored result of the last check; times in ms since 1970. */
export interface UpdateState {
  readonly checkedAt: number;
  readonly latest: string | undefined;
  readonly shownAt: number;
}

const none: UpdateState = { checkedAt: 0, latest: undefined, shownAt: 0 };

/** A state that cannot be read is ignored. */
export function readUpdateState(root: string): UpdateState {
  try {
    const { checkedAt, latest, shownAt } = JSON.parse(readFileSync(fileIn(root), 'utf8')) as Partial<UpdateState>;
    return {
      checkedAt: time(checkedAt),
      latest: typeof latest === 'string' && /^\d+\.\d+\.\d+$/.test(latest) ? latest : undefined,
      shownAt: time(shownAt),
    };
  } catch {
    return none;
  }
}

function fileIn(root: string): string {
  return join(root, 'update-check.json');
}

function time(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : 0;
}

/** It does not matter here if the file cannot be written. */
export function writeUpdateState(root: string, state: UpdateState): void {
  try {
    makeDirectories(root, 0o700);
    atomicWrite(fileIn(root), `${JSON.stringify(state)}\n`);
  } catch {
    // The next command checks again.
  }
}
