import type { Kitwright } from '../host/createKitwright.ts';
import type { Plan } from '../host/nouns.ts';
import type { CheckpointPlace } from './checkpoints.ts';
import type { LookScan } from './lookScan.ts';
import type { WatchOptions, WatchRequest } from './WatchOptions.ts';
import type { WatchState } from './WatchState.ts';

/** What one look at the directory needs, and why it happens. */
export interface Look {
  readonly kitwright: Kitwright;
  readonly options: WatchOptions;
  readonly state: WatchState;
  /** The writers have ended: this is the last look. */
  readonly final: boolean;
  readonly request: WatchRequest | undefined;
  readonly scan: LookScan;
  /** Gives a warning every time; other warnings are given once. */
  readonly warn: (message: string) => void;
}

/** Where a look searches for checkpoints: in what its scan saw. */
export function placeOf({ kitwright, options, scan }: Look, { directory }: Plan): CheckpointPlace {
  return { directory, capabilities: kitwright.capabilities, seen: scan.seen(), now: options.clock.now() };
}
