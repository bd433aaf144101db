import type { KitwrightError } from '../errors/KitwrightError.ts';
import type { CheckpointProgress } from '../host/capabilities.ts';
import type { StoredKit } from '../host/nouns.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Reference } from '../oci/reference.ts';
import type { OddFile } from '../pack/oddFiles.ts';
import type { PackOptions } from '../pack/PackOptions.ts';
import type { Hints } from './hints.ts';
import type { Mark } from './Mark.ts';
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
  /** Names of the kit with this number. Before the scan the progress is not known. */
  readonly nameOf: (count: number, progress?: CheckpointProgress) => Reference | undefined;
  /** Progress and metrics from a file, in addition to those in checkpoints. */
  readonly measured?: () => CheckpointProgress | undefined;
  /** What programs marked as complete, the newest mark for each path: neither time nor contents are asked. */
  readonly marks?: () => readonly Mark[];
  /** Further annotations of a kit that is made now. A kit in which only these differ is not made. */
  readonly annotations?: () => Readonly<Record<string, string>>;
  /** The files that the training has open for writing now, by `fileId`: they are not complete. */
  readonly openFiles?: () => ReadonlySet<string>;
  /** What we write ourselves, by `fileId`: a change of it makes no kit, since each kit would change it again. */
  readonly ownOutput?: ReadonlySet<string>;
  /** Subscribes to requests of the user. */
  readonly onRequest?: (listener: (request: WatchRequest) => void) => void;
  readonly onKit: (kit: WatchedKit) => void;
  /** The files are those of the kit that has the name already, so that no first kit is made. */
  readonly onUnchanged?: (root: Descriptor) => void;
  readonly onWaiting: (waiting: readonly Waiting[]) => void;
  readonly onLook?: (look: WatchLook) => void;
  /** A build failed for a temporary reason (for example an invalid Kitfile); the watch continues. */
  readonly onFailure: (error: KitwrightError) => void;
  /** Looks succeed again after a failure that was reported. */
  readonly onRecovery?: () => void;
  /** The first look succeeded, or only waits for files: a training may start. */
  readonly onStart: () => void;
  /** Ends the watch. The reason `finish` asks for a last scan and a last kit. */
  readonly stop: AbortSignal;
}

/** The clock of the watch, in ms; tests use their own. */
export interface WatchClock {
  /** Wall clock since 1970, which is compared with file times. */
  readonly now: () => number;
  readonly later: (callback: () => void, ms: number) => () => void;
}

/**
 * Requests to a running watch: look now; make the next kit regardless of the pace, because the end is near; make a kit
 * now, regardless of quiet times; read all files again.
 */
export type WatchRequest = 'look' | 'hurry' | 'now' | 'everything';

/** A kit that the watch committed, and what it cost. */
export interface WatchedKit {
  readonly kit: StoredKit;
  readonly name: Reference | undefined;
  /** 1 for the first kit of this watch. */
  readonly count: number;
  /** Time from the start of the scan to the commit, in ms. */
  readonly elapsed: number;
  readonly bytesHashed: number;
  /** The newest checkpoint that is new in this kit. */
  readonly checkpoint: string | undefined;
  /** How far the training is, if a checkpoint records it. */
  readonly progress: CheckpointProgress | undefined;
  /** Ids of layers in which something kept its last version, or was left out, because it is still being written. */
  readonly held: readonly string[];
  /** Checkpoints since the last kit that are in no kit, because they were removed again; oldest first. */
  readonly skipped: readonly string[];
  /** What was packed although it does not look complete: it did not change for long enough, or the training ended. */
  readonly odd: readonly OddFile[];
}

/** One look at the directory. Times in ms; `at` and `next` since 1970. */
export interface WatchLook {
  readonly at: number;
  readonly elapsed: number;
  /** Files of the last plan that could be made. */
  readonly files: number;
  /** Clean paths of the layers of that plan. */
  readonly layers: readonly string[];
  /** When the next look is due, at the latest. */
  readonly next: number;
  readonly waiting: readonly Waiting[];
  /** Was a kit committed? */
  readonly committed: boolean;
  /** Does the system send events? If not, only scans find changes. */
  readonly hinted: boolean;
  /** Did the user ask for this look? */
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
