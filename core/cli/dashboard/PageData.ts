import type { TimedEvent } from '../watching/WatchEvent.ts';

/** What is written into the page. */
export interface PageData {
  /** A live page hears events from the server that sent it; a report has them all. */
  readonly live: boolean;
  readonly directory: string;
  /** ms since 1970. */
  readonly writtenAt: number;
  readonly events: readonly TimedEvent[];
  /** Other runs in the store, the newest first; at most a few. */
  readonly others: readonly OtherRun[];
}

/** What the kits of another run recorded, in the order of their steps. */
export interface OtherRun {
  readonly name: string;
  /** What the last of them records: `command`, `commit`, `param.lr`, ... */
  readonly fields: Readonly<Record<string, string>>;
  /** Step and value of each metric. */
  readonly metrics: Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;
}

/** The last scan of a running watch, as the server tells it. Times in ms. */
export interface PageLook {
  readonly at: number;
  readonly elapsed: number;
  readonly files: number;
  readonly next: number;
}
