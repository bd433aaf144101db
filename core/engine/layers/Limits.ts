/** What hashing may take from the machine, so that a training run beside it keeps its pace. */
export interface Limits {
  /** Cores, e.g. 0.5: of all threads together, over time. */
  readonly cpu?: number | undefined;
  /** Bytes a second that are read, of all threads together. */
  readonly read?: number | undefined;
  /**
   * Threads give way to others (nice 10): where all cores are busy they get a tenth of one, so that a checkpoint is
   * packed before it is removed. Linux only: elsewhere a priority belongs to the whole process, and its children inherit
   * it.
   */
  readonly lowPriority?: boolean | undefined;
}

/** The limits of one thread. */
export interface ThreadLimits {
  /** Share of the time in which the thread may work. */
  readonly share: number;
  /** Bytes a second. */
  readonly read: number;
  readonly lowPriority: boolean;
}

/** No more threads than cores that may be used. */
export function threadsWithin({ cpu }: Limits, threads: number): number {
  return cpu === undefined ? threads : Math.max(1, Math.min(threads, Math.ceil(cpu)));
}

/** Divides the limits among threads; undefined where there are none. */
export function limitsOfThread(limits: Limits, threads: number): ThreadLimits | undefined {
  const { cpu, read, lowPriority = false } = limits;
  if (cpu === undefined && read === undefined && !lowPriority) return undefined;
  return {
    share: Math.min(1, (cpu ?? threads) / threads),
    read: (read ?? Number.POSITIVE_INFINITY) / threads,
    lowPriority,
  };
}
