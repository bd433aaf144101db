/** The events of a watch, in order: for the lines of `--json`, the dashboard and the report. */
export type WatchEvent =
  | StartEvent
  | KitEvent
  | { readonly type: 'unchanged'; readonly digest: string }
  | { readonly type: 'waiting'; readonly waiting: readonly WaitingPath[] }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  /** What failed works again. */
  | { readonly type: 'recovered' }
  | {
      readonly type: 'pushed';
      readonly count: number;
      readonly digest: string;
      readonly names: readonly string[];
      readonly copied: number;
      readonly existed: number;
      readonly mounted: number;
      /** Bytes that were uploaded. */
      readonly bytes: number;
    }
  | {
      readonly type: 'push-failed';
      readonly count: number;
      readonly code: string;
      readonly message: string;
      /** ms until the next try; null = the next watch tries again. */
      readonly retry: number | null;
    }
  | { readonly type: 'attested'; readonly count: number; readonly digest: string }
  | { readonly type: 'signed'; readonly count: number; readonly digest: string }
  | { readonly type: 'sign-failed'; readonly count: number; readonly code: string; readonly message: string }
  | { readonly type: 'pruned'; readonly tags: readonly string[] }
  | { readonly type: 'ran'; readonly count: number; readonly status: number }
  | { readonly type: 'end'; readonly kits: number };

/** A watch began. */
export interface StartEvent {
  readonly type: 'start';
  readonly directory: string;
  readonly mode: 'events' | 'scan';
  /** What is recorded of the run: `name`, `command`, `commit`, `started`, ... Empty if nothing is. */
  readonly run?: Readonly<Record<string, string>>;
  /** Of `--best`: `METRIC:min` or `METRIC:max`. */
  readonly best?: string;
}

/** A number; NaN and infinities, which JSON does not have, are strings as Python writes them. */
export type MetricValue = number | 'NaN' | 'Infinity' | '-Infinity';

/** A kit that was committed. */
export interface KitEvent {
  readonly type: 'kit';
  readonly count: number;
  readonly digest: string;
  readonly names: readonly string[];
  /** Bytes of all layers. */
  readonly bytes: number;
  readonly bytesHashed: number;
  /** ms from the start of the scan to the commit. */
  readonly elapsed: number;
  /** The newest checkpoint that is new in it. */
  readonly checkpoint: string | null;
  /** Is it the best of its run so far, by the metric of `--best`? */
  readonly best: boolean;
  readonly step: number | null;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  /** Ids of layers in which something kept its last version, or was left out, because it is still being written. */
  readonly held: readonly string[];
  /** Checkpoints that are in no kit. */
  readonly skipped: readonly string[];
  /** What was packed although it does not look complete. */
  readonly odd: readonly WaitingPath[];
  readonly layers: readonly KitEventLayer[];
  /** Settings of the training: `param.lr`, ... */
  readonly parameters?: Readonly<Record<string, string>>;
}

// No imports: the dashboard's page, which runs in a browser, reads these types too.

/** One layer in the event of a kit. Sizes in bytes. */
export interface KitEventLayer {
  readonly id: string;
  readonly path: string;
  readonly digest: string;
  readonly size: number;
  readonly reused: boolean;
  /** Paths that are new or changed; at most a few. */
  readonly changed: readonly string[];
  readonly changedCount: number;
}

/** A path that does not look complete, and why. */
export interface WaitingPath {
  readonly path: string;
  readonly reason: string;
}

/** An event with its time, in ms since 1970. */
export type TimedEvent = WatchEvent & { readonly at: number };
