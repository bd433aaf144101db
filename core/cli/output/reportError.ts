import type { KitwrightError } from '@kitwright/core/internal';
import { jsonText } from './createResults.ts';
import { errorText } from './errorText.ts';
import type { Output } from './Output.ts';

/** Writes an error to stderr: with `--json` as one document, else as text. */
export function reportError(
  error: KitwrightError,
  { message }: Pick<Output, 'message'>,
  { json, verbose }: { readonly json: boolean; readonly verbose: number },
): void {
  message(json ? jsonText({ v: 1, error }) : errorText(error, verbose > 0));
}
