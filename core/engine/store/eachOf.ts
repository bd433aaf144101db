/** Runs `work` for each item, at most `limit` at a time; the first failure ends it once those under way have ended. */
export async function eachOf<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const failures: unknown[] = [];
  const run = async () => {
    for (const item of queue) {
      if (failures.length) return;
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, run));
  if (failures.length) throw failures[0];
}
