/** Places for what runs at the same time. */
export interface Slots {
  /** Waits for a place. */
  readonly take: () => Promise<void>;
  readonly free: () => void;
}

export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let left = count;
  return {
    take: async () => {
      if (left-- > 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
    },
    free: () => {
      left++;
      waiting.shift()?.();
    },
  };
}
