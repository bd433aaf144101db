import type { CheckpointFormat } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';

/** Makes a checkpoint format for one case. */
export type MakeCheckpoint = (context: TestContext) => MadeCheckpoint | Promise<MadeCheckpoint>;

/** A format, and a checkpoint of it. */
export interface MadeCheckpoint extends Disposable {
  readonly format: CheckpointFormat;
  /** The name of the directory of a checkpoint. */
  readonly name: string;
  /** Its files in the order in which the training writes them, with their texts; those beside it begin with `../`. */
  readonly files: readonly (readonly [name: string, text: string])[];
  /** Files that are written after it is complete, as many as there are. */
  readonly later?: number;
  /** The program renames it when it is complete: a directory of this name is never ready. */
  readonly isRenamed?: boolean;
  /** What it says of the training. */
  readonly progress?: { readonly step: number; readonly metrics?: Readonly<Record<string, number>> };
  /** Names of directories that are none, with the same files. */
  readonly others?: readonly string[];
}
