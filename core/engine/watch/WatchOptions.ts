import type { KitwrightError } from '../errors/KitwrightError.ts';
import type { CheckpointProgress } from '../host/capabilities.ts';
import type { StoredKit } from '../host/nouns.ts';
import type { Reference } from '../oci/reference.ts';
import type { OddFile } from '../pack/oddFiles.ts';
import type { PackOptions } from '../pack/PackOptions.ts';
import type { Hints } from './hints.ts';
import type { Pace } from './pace.ts';
import type { TreeScan } from './treeScan.ts';
import type { Waiting } from './Waiting.ts';

export interface WatchOptions extends Omit<PackOptions, 'name' | 'midstates' | 'blobs' | 'distrust' | 'scan'> {
  readonly hints: Hints;
  readonly treeScan: TreeScan;
  readonly clock: WatchClock;
  /** The quiet time: how long a file must be unchanged before it is packed, in ms. */
  readonly quiet: number;
  readonly pace?: Pace;
  /** Names of the kit with this number; before the scan nothing is known of the progress. */
  readonly nameOf: (count: number, progress?: CheckpointProgress) => Reference | undefined;
  /** What a file of measurements says, beside what checkpoints say themselves. */
  readonly measured?: () => CheckpointProgress | undefined;
  /** Subscribes to what a person asks for. */
  readonly onRequest?: (listener: (request: WatchRequest) => void) => void;
  readonly onKit: (kit: WatchedKit) => void;
  readonly onWaiting: (waiting: readonly Waiting[]) => void;
  readonly onLook?: (look: WatchLook) => void;
  /** A build failed for a reason that may pass (an invalid Kitfile, say); the watch goes on. */
  readonly onFailure: (error: KitwrightError) => void;
  /** The first look went well, or only waits for files: a training run may start. */
  readonly onStart: () => void;
  /** Ends the watch. The reason `finish` asks for a last scan and a last kit. */
  readonly stop: AbortSignal;
}

/** Time as the watch sees it, in ms; tests bring their own. */
export interface WatchClock {
  /** Wall clock since 1970: file times are compared with it. */
  readonly now: () => number;
  readonly later: (callback: () => void, ms: number) => () => void;
}

/**
 * What may be asked of a running watch: a look; the next kit whatever the pace, since the end is near; a kit of what is
 * complete, whatever its quiet time; all contents read again.
 */
export type WatchRequest = 'look' | 'hurry' | 'now' | 'everything';

/** A kit that the watch committed, and what it cost. */
export interface WatchedKit {
  readonly kit: StoredKit;
  readonly name: Reference | undefined;
  /** 1 for the first kit of this watch. */
  readonly count: number;
  /** From the beginning of the scan to the commit, in ms. */
  readonly elapsed: number;
  readonly bytesHashed: number;
  /** How far the training is, if a checkpoint says so. */
  readonly progress: CheckpointProgress | undefined;
  /** Ids of layers that kept their last version because a file is still being written. */
  readonly held: readonly string[];
  /** Checkpoints that came since the last kit and got none of their own, oldest first. */
  readonly skipped: readonly string[];
  /** What was packed although it does not look complete: it stayed as it is for long enough, or the end came. */
  readonly odd: readonly OddFile[];
}

/** One look at the directory. Times in ms; `at` and `next` since 1970. */
export interface WatchLook {
  readonly at: number;
  readonly elapsed: number;
  /** Files of the last plan that could be made. */
  readonly files: number;
  /** When the next look is due, at the latest. */
  readonly next: number;
  readonly waiting: readonly Waiting[];
  /** Was a kit committed? */
  readonly committed: boolean;
  /** Does the system say when something happens? If not, only the scans tell. */
  readonly hinted: boolean;
  /** Did somebody ask for it? */
  readonly request: WatchRequest | undefined;
}

export const systemClock: WatchClock = {
  now: Date.now,
  later: (callback, ms) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export const finish = Symbol('finish');
