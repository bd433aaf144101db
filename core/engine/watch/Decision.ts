import type { BytePath } from '../files/bytePath.ts';
import type { OddFile } from '../pack/oddFiles.ts';
import type { Patience } from './Patience.ts';
import type { QuietTimes } from './QuietTimes.ts';
import type { Waiting } from './Waiting.ts';

/** What a look decides after its scan, and why. */
export interface Decision {
  /** Should a kit be built now? */
  readonly builds: boolean;
  readonly waiting: readonly Waiting[];
  /** Ids of layers that keep their last version, because a file in them is waited for. */
  readonly held: readonly string[];
  /** The ids of those that may be built ahead. */
  readonly readAhead: readonly string[];
  /** Complete checkpoints since the last kit, oldest first. */
  readonly checkpoints: readonly BytePath[];
  /** What does not look complete but was waited for long enough: it is packed as it is. */
  readonly odd: readonly OddFile[];
  readonly patience: Patience;
  /** What is known of the files that are being written. */
  readonly quietTimes: QuietTimes;
}
