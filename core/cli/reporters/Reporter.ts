import type { KitwrightError, KitwrightEvent } from '@kitwright/core/internal';

/** Draws what happens on stderr. */
export interface Reporter {
  readonly event: (event: KitwrightEvent) => void;
  /** Runs something that writes to stderr itself, with the live lines out of the way. */
  readonly around: (write: () => void) => void;
  readonly close: () => void;
  /** Lines that stay below everything else until they are replaced; only a terminal has them. */
  readonly footer?: (lines: readonly string[]) => void;
  /** The command failed; what is not drawn here is printed as always. */
  readonly failure?: (error: KitwrightError) => void;
}
