import type { TimedEvent } from '../watching/WatchEvent.ts';

/** What is written into the page. */
export interface PageData {
  /** A live page hears events from the server that sent it; a report has them all. */
  readonly live: boolean;
  readonly directory: string;
  /** ms since 1970. */
  readonly writtenAt: number;
  readonly events: readonly TimedEvent[];
}

/** The last scan of a running watch, as the server tells it. Times in ms. */
export interface PageLook {
  readonly at: number;
  readonly elapsed: number;
  readonly files: number;
  readonly next: number;
}
