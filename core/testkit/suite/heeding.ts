import assert from 'node:assert/strict';
import { KitwrightError } from '@kitwright/core/plugin';
import { isFrom } from './rejection.ts';
import { within } from './within.ts';

/** A plugin that does not end by itself in a second after the signal is given up; ms, with some time for a busy machine. */
const patience = 3000;

/**
 * Some work that was aborted ends soon. If it fails, then with the reason of the signal, with `cancelled` or an
 * `AbortError`. Says whether it failed.
 */
export async function endsAfterSignal(work: Promise<unknown>, reason: Error, what: string): Promise<boolean> {
  const settled = work.then(
    () => undefined,
    (error: unknown) => error ?? new Error('It rejected with nothing.'),
  );
  const error = await within(patience, () => settled);
  if (error === undefined) return false;
  const isCancelled =
    (error instanceof KitwrightError && error.code === 'cancelled') ||
    (error instanceof Error && error.name === 'AbortError');
  assert.ok(isCancelled || isFrom(error, reason), `${what}: it failed with ${String(error)}`);
  return true;
}
