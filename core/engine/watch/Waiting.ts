import type { BytePath } from '../files/bytePath.ts';
import type { Fingerprint } from '../files/fingerprint.ts';
import type { Seen } from '../files/Seen.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { QuietTimes } from './QuietTimes.ts';

/** A file that is waited for. Times in ms since 1970. */
export interface Waiting {
  readonly path: string;
  /** The file or directory of the kit, if it is one. */
  readonly at?: BytePath;
  /** It is written all the time: it makes no kit by itself, but every kit has what the scan saw of it. */
  readonly comesAlong?: boolean;
  readonly reason: string;
  /** Nothing is known to be missing; the watch only waits for time to pass. */
  readonly timeOnly: boolean;
  /** Since when it is written, if it only waits for its quiet time. */
  readonly since?: number;
  /** Enough of its quiet time is over that building ahead will probably pay off. */
  readonly mayReadAhead?: boolean;
  /** When to look again. */
  readonly until: number;
  /** The version of a file or checkpoint that does not look complete. */
  readonly version?: Version;
}

/** One version of a file or checkpoint. */
export interface Version {
  /** Unique to this version. */
  readonly id: string;
  /** When it changed last, in ms since 1970. */
  readonly changed: number;
}

/** What is needed to decide whether to wait for a file. */
export interface WaitingOptions {
  readonly directory: BytePath;
  readonly capabilities: CapabilitySet;
  /** How long a file must be unchanged, in ms. */
  readonly quiet: number;
  /** No quiet time: the writers have ended, or the user asked for a kit now. */
  readonly ignoresQuietTime: boolean;
  /** Does a program that is known have this file open for writing? */
  readonly isOpen: (fingerprint: Fingerprint) => boolean;
  /** Was the version of this path that changed then (ms since 1970) marked as complete? */
  readonly isMarked: (path: BytePath, changed: number) => boolean;
  readonly quietTimes: QuietTimes;
  readonly records: Records;
  readonly seen: Seen;
  /** Wall clock in ms. */
  readonly now: number;
}

/** How often each file of records was packed after it had only grown, and when last (ms since 1970). */
export type Records = ReadonlyMap<BytePath, { readonly packed: number; readonly at: number }>;
