import { type ErrorDetails, KitwrightError } from './KitwrightError.ts';

/** The same error with further data, or with a position or hint if it had none. */
export function withDetails(
  error: KitwrightError,
  { data, source, hint }: Pick<ErrorDetails, 'data' | 'source' | 'hint'>,
): KitwrightError {
  const [position, advice] = [error.source ?? source, error.hint ?? hint];
  return new KitwrightError(error.code, error.message, {
    data: { ...error.data, ...data },
    cause: error.cause,
    others: error.others,
    ...(position ? { source: position } : {}),
    ...(advice ? { hint: advice } : {}),
  });
}
