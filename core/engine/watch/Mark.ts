import type { BytePath } from '../files/bytePath.ts';
import { isWithin } from '../files/isWithin.ts';
import type { CheckpointProgress } from '../host/capabilities.ts';

/** A program said that a file or checkpoint is complete. */
export interface Mark {
  /** Relative to the packed directory. */
  readonly path: BytePath;
  /** When it said so, in ms since 1970. */
  readonly at: number;
  /** How far the training was, if it said so. */
  readonly progress?: CheckpointProgress | undefined;
}

/** File times are coarser than clocks, in ms: a file that was written just before its mark may seem newer. */
const grain = 20;

/** Is a version of a file that changed at a time (ms since 1970) complete because it was marked after that? */
export function isMarkedAt(marks: readonly Mark[], path: BytePath, changed: number): boolean {
  return marks.some((mark) => isWithin(path, mark.path) && changed <= mark.at + grain);
}
