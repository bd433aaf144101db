import type { ErrorCode } from './codes.ts';
import { KitwrightError } from './KitwrightError.ts';

const full = new Set(['ENOSPC', 'EDQUOT']);

/** Is the disk, or the user's quota, full? */
export function isDiskFull(error: unknown): boolean {
  return full.has(errnoOf(error) ?? '');
}

/** Turns an error of the system about `path` into a KitwrightError; a KitwrightError is returned unchanged. */
export function systemError(error: unknown, code: ErrorCode, action: string, path: string): KitwrightError {
  if (error instanceof KitwrightError) return error;
  const errno = errnoOf(error);
  if (isDiskFull(error)) {
    return new KitwrightError('disk-full', `The disk is full: cannot ${action} ${path}.`, {
      data: { path, errno },
      cause: error,
    });
  }
  return new KitwrightError(code, `Cannot ${action} ${path}${errno ? ` (${errno})` : ''}.`, {
    data: { path, ...(errno ? { errno } : {}) },
    cause: error,
  });
}

/** The `code` of a Node system error (`ENOENT`, ...), or undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
