import type { Readiness } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';

/** Makes a check of readiness for one case. */
export type MakeReadiness = (context: TestContext) => MadeReadiness | Promise<MadeReadiness>;

/** A check, and files of its format. */
export interface MadeReadiness extends Disposable {
  readonly readiness: Readiness;
  /** Files that are complete. */
  readonly complete: readonly CompleteFile[];
  /** Names of files that are of other formats. */
  readonly others?: readonly string[];
  /** The beginnings of the complete files that are complete themselves, in bytes: a format of lines has many. */
  readonly isWhole?: (size: number, file: CompleteFile) => boolean;
}

export interface CompleteFile {
  /** Undefined if it is known by its beginning alone. */
  readonly name?: string;
  readonly bytes: Uint8Array;
  /** Sizes of the files beside it, by name. */
  readonly beside?: Readonly<Record<string, number>>;
}
