import type { KitwrightError } from '../errors/KitwrightError.ts';
import type { Diagnostic, KitwrightEvent } from './events.ts';

/** Shows or records how a command goes; `--progress ID` chooses it. */
export interface ProgressReporter {
  readonly id: string;
  readonly open: (output: ReporterOutput) => OpenedReporter;
}

/** Where a reporter writes. Standard output belongs to results. */
export interface ReporterOutput {
  /** Writes one line to standard error; whatever is in the text, it stays one line. */
  readonly line: (text: string) => void;
  readonly isTerminal: boolean;
  readonly color: boolean;
  /** Width of the terminal. */
  readonly columns: () => number;
}

/** A reporter of one command. */
export interface OpenedReporter {
  readonly event: (event: KitwrightEvent) => void;
  /** Messages are written in any case. */
  readonly diagnostic?: (diagnostic: Diagnostic) => void;
  /** The command failed; the error is written in any case. */
  readonly failure?: (error: KitwrightError) => void;
  /** The command has ended. What this throws is reported, but changes no result. */
  readonly close?: () => void;
}
