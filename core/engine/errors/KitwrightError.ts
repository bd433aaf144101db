import { type CodeInfo, codes, type ErrorCode } from './codes.ts';
import { type ExitCode, exitCodes } from './exitCodes.ts';

const brand: unique symbol = Symbol.for('kitwright.error');

/**
 * The one error of Kitwright: a code, a sentence, and what to do about it. Marked by a registered symbol, so that two
 * copies of the package recognise each other's errors.
 */
export class KitwrightError extends Error {
  readonly code: ErrorCode | (string & {});
  readonly data: JsonData;
  readonly hint: string | undefined;
  readonly source: SourcePosition | undefined;
  readonly others: readonly KitwrightError[];

  constructor(code: ErrorCode | (string & {}), message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'KitwrightError';
    this.code = code;
    this.data = details.data ?? {};
    this.hint = details.hint ?? infoOf(code)?.hint;
    this.source = details.source;
    this.others = details.others ?? [];
    Object.defineProperty(this, brand, { value: true });
  }

  get exit(): ExitCode {
    return infoOf(this.code)?.exit ?? exitCodes.failed;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

export type JsonData = Readonly<Record<string, unknown>>;

/** Where in a text the mistake is. Lines and columns start at 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The offending line of the text. */
  readonly text?: string;
}

export interface ErrorDetails {
  readonly data?: JsonData;
  readonly cause?: unknown;
  readonly hint?: string;
  readonly source?: SourcePosition;
  /** Further mistakes in the same text; all are shown. */
  readonly others?: readonly KitwrightError[];
}

function infoOf(code: string): CodeInfo | undefined {
  return Object.hasOwn(codes, code) ? codes[code as ErrorCode] : undefined;
}
