import assert from 'node:assert/strict';

/** What takes longer (ms of the processor) is not linear in the length of what it gets. */
const patience = 2000;

/** The result of some work that is not to take long, whatever it gets; what else the machine does is not counted. */
export function soonAfter<T>(work: () => T, what: string): T {
  const begun = processorTime();
  const result = work();
  const took = processorTime() - begun;
  assert.ok(took <= patience, `${what.slice(0, 40)}: it took ${Math.round(took)} ms`);
  return result;
}

/** In ms: of this thread, or of the process in a Node that does not tell. */
export function processorTime(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}
