import { KitwrightError } from '../errors/KitwrightError.ts';

/** Did a file change while it was read? Another try may succeed. */
export function isContentChange(error: unknown): error is KitwrightError {
  return error instanceof KitwrightError && error.code === 'content-changed';
}
