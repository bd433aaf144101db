import type { BytePath } from '../files/bytePath.ts';
import type { CapabilityRegistry } from '../host/capabilities.ts';
import type { QuietTimes } from './QuietTimes.ts';
import type { Seen } from './Seen.ts';

/** A file that is waited for. Times in ms since 1970. */
export interface Waiting {
  readonly path: string;
  readonly reason: string;
  /** Only time has to pass: nothing is known to be missing. */
  readonly timeOnly: boolean;
  /** So much of its quiet time is over that reading it ahead is likely to be of use. */
  readonly mayReadAhead?: boolean;
  /** When to look again. */
  readonly until: number;
  /** Of what does not look complete. */
  readonly version?: Version;
}

/** One version of a file or checkpoint. */
export interface Version {
  /** No other version has it. */
  readonly id: string;
  /** When it changed last, in ms since 1970. */
  readonly changed: number;
}

/** By what it is decided whether a file is waited for. */
export interface WaitingOptions {
  readonly directory: BytePath;
  readonly capabilities: CapabilityRegistry;
  /** How long a file must be unchanged, in ms. */
  readonly quiet: number;
  /** Nobody waits for a quiet time: the writers have ended, or somebody asked for a kit now. */
  readonly ignoresQuietTime: boolean;
  readonly quietTimes: QuietTimes;
  readonly seen: Seen;
  /** Wall clock in ms. */
  readonly now: number;
}
