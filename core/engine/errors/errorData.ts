import { type JsonData, KitwrightError, type SourcePosition } from './KitwrightError.ts';

/** A KitwrightError as plain data: it crosses the worker boundary and goes into `--json`. */
export interface ErrorData {
  readonly code: string;
  readonly message: string;
  readonly data: JsonData;
  readonly hint?: string;
  readonly source?: SourcePosition;
  readonly cause?: string;
}

export function toErrorData(error: KitwrightError): ErrorData {
  return {
    code: error.code,
    message: error.message,
    data: error.data,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.source === undefined ? {} : { source: error.source }),
    ...(error.cause === undefined ? {} : { cause: messageOf(error.cause) }),
  };
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function fromErrorData(data: ErrorData): KitwrightError {
  return new KitwrightError(data.code, data.message, {
    data: data.data,
    ...(data.hint === undefined ? {} : { hint: data.hint }),
    ...(data.source === undefined ? {} : { source: data.source }),
    ...(data.cause === undefined ? {} : { cause: new Error(data.cause) }),
  });
}
