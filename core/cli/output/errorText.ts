import {
  errnoOf,
  finalError,
  KitwrightError,
  messageOf,
  type SourcePosition,
  systemError,
  TransientError,
} from '@kitwright/core/internal';

/** The text of an error: code and sentence, position with the line, hint; the chain of causes if wanted. */
export function errorText(error: KitwrightError, verbose: boolean): readonly string[] {
  return [
    ...one(error),
    ...error.others.flatMap(one),
    ...(error.hint ? [`  hint: ${error.hint}`] : []),
    ...(verbose ? causes(error) : []),
  ];
}

function one(error: KitwrightError): readonly string[] {
  return [
    `[ERROR] ${error.code}: ${error.message}`,
    ...(error.source ? [`  at ${position(error.source)}`, ...frame(error.source)] : []),
  ];
}

function position({ file, line, column }: SourcePosition): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

function frame({ line, column, text }: SourcePosition): readonly string[] {
  if (line === undefined || text === undefined) return [];
  const gutter = String(line);
  const pointer = column === undefined ? [] : [`  ${' '.repeat(gutter.length)} | ${' '.repeat(column - 1)}^`];
  return [`  ${gutter} | ${text.slice(0, 200)}`, ...pointer];
}

function causes(error: unknown): readonly string[] {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? [] : [`  caused by: ${messageOf(cause)}`, ...causes(cause)];
}

/** Any failure as a KitwrightError; an unknown failure is a defect of Kitwright. */
export function asKitwrightError(error: unknown): KitwrightError {
  if (error instanceof KitwrightError) return error;
  if (error instanceof TransientError) return finalError(error);
  if (error instanceof AggregateError && error.errors[0] instanceof KitwrightError) {
    const [first, ...others] = error.errors as readonly KitwrightError[];
    if (first) return new KitwrightError(first.code, first.message, { data: first.data, cause: first.cause, others });
  }
  if (error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd')
    return new KitwrightError('file-unreadable', 'The current directory was removed.', { cause: error });
  const path =
    errnoOf(error) === undefined || !(error instanceof Error && 'path' in error) ? undefined : String(error.path);
  if (path !== undefined) return systemError(error, 'store-failed', 'use', path);
  const errno = errnoOf(error);
  if (errno === 'ENOSPC' || errno === 'EDQUOT' || errno === 'EIO')
    return new KitwrightError('disk-full', `The result cannot be written (${errno}).`, { cause: error });
  if (error instanceof Error && error.name === 'AbortError') return new KitwrightError('cancelled', 'Cancelled.');
  return new KitwrightError('internal-error', `Something unexpected went wrong: ${messageOf(error)}`, { cause: error });
}
