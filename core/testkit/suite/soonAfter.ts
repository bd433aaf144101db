import assert from 'node:assert/strict';

/** What takes longer (ms) is not linear in the length of what it gets. */
const patience = 2000;

/** The result of some work that is not to take long, whatever it gets. */
export function soonAfter<T>(work: () => T, what: string): T {
  const begun = performance.now();
  const result = work();
  const took = performance.now() - begun;
  assert.ok(took <= patience, `${what.slice(0, 40)}: it took ${Math.round(took)} ms`);
  return result;
}
