import type { Diagnostic, KitwrightError, KitwrightEvent } from '@kitwright/core/internal';

/** Shows progress on stderr. */
export interface Reporter {
  readonly event: (event: KitwrightEvent) => void;
  /** Runs a function that writes to stderr itself, with the live lines removed meanwhile. */
  readonly around: (write: () => void) => void;
  readonly close: () => void;
  /** Lines that stay below everything else until they are replaced; only a terminal has them. */
  readonly footer?: (lines: readonly string[]) => void;
  /** A message, which is written in any case. */
  readonly diagnostic?: (diagnostic: Diagnostic) => void;
  /** The command failed. The error itself is printed in any case. */
  readonly failure?: (error: KitwrightError) => void;
}
