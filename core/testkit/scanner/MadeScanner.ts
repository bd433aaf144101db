import type { Scanner } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';

/** Makes a scanner for one case. */
export type MakeScanner = (context: TestContext) => MadeScanner | Promise<MadeScanner>;

/** A scanner, and what it finds. */
export interface MadeScanner extends Disposable {
  readonly scanner: Scanner;
  /** What should not be in a kit, in one line each. */
  readonly secrets: readonly string[];
  /** The name of a file that is scanned. */
  readonly name: string;
  /** Texts in which there is nothing. */
  readonly clean?: readonly string[];
  /** Names of files that are not scanned. */
  readonly others?: readonly string[];
}
