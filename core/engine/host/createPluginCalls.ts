import { KitwrightError } from '../errors/KitwrightError.ts';
import { withDetails } from '../errors/withDetails.ts';
import type { Wait } from '../store/retrying.ts';

/** The calls into plugins that have not ended yet. Whatever a plugin does, a cancelled command ends. */
export interface PluginCalls {
  /**
   * Waits for what a plugin promised. Once the signal is aborted the plugin has a moment to end by itself; then this
   * rejects with `cancelled` and the names of the plugin and of what it was doing.
   */
  readonly run: <T>(plugin: string, what: string, work: PromiseLike<T>) => Promise<T>;
  /** What the plugin does now, in its own words; shown if it does not end. */
  readonly note: (plugin: string, doing: string) => void;
  /** A call that gives its result at once; only its time is of interest. */
  readonly runSync: <T>(plugin: string, what: string, work: () => T) => T;
  /** The calls that have not ended, as `plugin: what`. */
  readonly underWay: () => readonly string[];
  /** Empty unless times are measured. */
  readonly timings: () => readonly Timing[];
}

/** The time that one plugin took for one hook, or one method of a capability. */
export interface Timing {
  readonly plugin: string;
  readonly what: string;
  readonly calls: number;
  /** In ms, with what it waited for. */
  readonly ms: number;
}

/** Time in ms that a plugin has to end after the signal. */
const patience = 1000;

interface Call {
  readonly plugin: string;
  readonly what: string;
}

/** `wait` waits for the moment after the signal. */
export function createPluginCalls(signal: AbortSignal, wait: Wait, timing = false): PluginCalls {
  const calls = new Set<Call>();
  const notes = new Map<string, string>();
  const times = createTimes();
  const describe = ({ plugin, what }: Call): string => {
    const note = notes.get(plugin);
    return `${plugin}: ${what}${note === undefined ? '' : ` (${note})`}`;
  };
  return {
    run: async <T>(plugin: string, what: string, work: PromiseLike<T>): Promise<T> => {
      const call: Call = { plugin, what };
      calls.add(call);
      const started = timing ? performance.now() : 0;
      try {
        return await beforeAbort(work, signal, wait, () => stuckError(signal.reason, plugin, describe(call)));
      } finally {
        calls.delete(call);
        if (timing) times.add(call, performance.now() - started);
      }
    },
    runSync: (plugin, what, work) => {
      const started = timing ? performance.now() : 0;
      try {
        return work();
      } catch (error) {
        throw endedError(error, signal);
      } finally {
        if (timing) times.add({ plugin, what }, performance.now() - started);
      }
    },
    note: (plugin, doing) => void notes.set(plugin, doing),
    underWay: () => [...calls].map(describe),
    timings: times.sorted,
  };
}

function createTimes() {
  const times = new Map<string, { readonly plugin: string; readonly what: string; calls: number; ms: number }>();
  return {
    add: ({ plugin, what }: Call, ms: number): void => {
      const key = `${plugin} ${what}`;
      const sum = times.get(key) ?? { plugin, what, calls: 0, ms: 0 };
      sum.calls++;
      sum.ms += ms;
      times.set(key, sum);
    },
    sorted: (): readonly Timing[] => [...times.values()].sort((a, b) => b.ms - a.ms),
  };
}

/** What `work` gives; a moment after the signal it is not waited for any more, and `stuck` makes the error. */
async function beforeAbort<T>(work: PromiseLike<T>, signal: AbortSignal, wait: Wait, stuck: () => unknown): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let waiting: AbortController | undefined;
  const aborted = () => {
    waiting = new AbortController();
    wait(patience, waiting.signal, 'cancelled').then(
      () => reject(stuck()),
      () => undefined,
    );
  };
  if (signal.aborted) aborted();
  else signal.addEventListener('abort', aborted, { once: true });
  work.then(resolve, (error) => reject(endedError(error, signal)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', aborted);
    waiting?.abort();
  }
}

/** What Node's functions throw when their signal is aborted says less than why it was aborted. */
function endedError(error: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted || !(error instanceof Error) || error.name !== 'AbortError') return error;
  return signal.reason instanceof KitwrightError
    ? signal.reason
    : new KitwrightError('cancelled', 'Cancelled.', { cause: error });
}

function stuckError(reason: unknown, plugin: string, call: string): unknown {
  const hint = `The plugin ${plugin} does not end when its signal is aborted: ${call}.`;
  return reason instanceof KitwrightError
    ? withDetails(reason, { data: { plugin }, hint })
    : new KitwrightError('cancelled', 'Cancelled.', { data: { plugin }, hint, cause: reason });
}
