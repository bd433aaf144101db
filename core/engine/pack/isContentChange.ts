import { KitwrightError } from '../errors/KitwrightError.ts';

/** Did a file change while it was read? Whoever looks again may find it whole. */
export function isContentChange(error: unknown): error is KitwrightError {
  return error instanceof KitwrightError && error.code === 'content-changed';
}
