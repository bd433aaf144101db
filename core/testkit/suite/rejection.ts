import assert from 'node:assert/strict';

/** What some work rejects with, or throws; fails if it succeeds. `what` says in the message what succeeded. */
export async function rejectionOf(work: () => unknown, what: string): Promise<Error> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof Error, `${what}: it threw ${String(error)}, which is no Error`);
    return error;
  }
  return assert.fail(`${what}: it must fail, and did not`);
}

/** The error that work throws must have this code. */
export async function assertCode(work: () => unknown, code: string, what: string): Promise<void> {
  const error = await rejectionOf(work, what);
  const found = 'code' in error ? error.code : undefined;
  assert.equal(found, code, `${what}: it must fail with the code ${code}, and failed with: ${error.message}`);
}

/** Is an error another one, or caused by it? */
export function isFrom(error: unknown, origin: unknown): boolean {
  for (let [at, depth] = [error, 0]; depth < 16; at = at.cause, depth++) {
    if (at === origin) return true;
    if (!(at instanceof Error)) return false;
  }
  return false;
}
