import type { BytePath } from '../files/bytePath.ts';
import type { Plan } from '../host/nouns.ts';
import type { OddFile } from '../pack/oddFiles.ts';
import type { Patience } from './Patience.ts';
import type { QuietTimes } from './QuietTimes.ts';
import type { Waiting } from './Waiting.ts';

/** What a look decides after its scan, and why. */
export interface Decision {
  /** Should a kit be built now? */
  readonly builds: boolean;
  /** What a kit is made of now: what is not complete keeps its last version, or is left out. */
  readonly plan: Plan;
  readonly waiting: readonly Waiting[];
  /** Files and checkpoints that are not complete. */
  readonly heldPaths: ReadonlySet<BytePath>;
  /** Ids of the layers in which something is held. */
  readonly held: readonly string[];
  /** Ids of layers that may be built ahead as they are now, because their files only wait for their quiet time. */
  readonly readAhead: readonly string[];
  /** Files that are packed although they are being written. */
  readonly changing: ReadonlySet<BytePath>;
  /** Complete checkpoints since the last kit, oldest first. */
  readonly checkpoints: readonly BytePath[];
  /** What does not look complete but was waited for long enough: it is packed as it is. */
  readonly odd: readonly OddFile[];
  readonly patience: Patience;
  /** What is known of the files that are being written. */
  readonly quietTimes: QuietTimes;
  /** What the first look waited for: a layer without a version waits for it too. */
  readonly early: ReadonlySet<BytePath>;
}
