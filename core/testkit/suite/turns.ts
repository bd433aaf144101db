import { setImmediate, setTimeout } from 'node:timers/promises';

/** Lets everything run that waits for nothing but its turn. */
export async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await setImmediate();
}

/** Waits until something holds, at most `limit` ms; says whether it does. */
export async function eventually(holds: () => boolean | Promise<boolean>, limit: number): Promise<boolean> {
  const end = performance.now() + limit;
  for (let pause = 0; ; pause = Math.min(pause + 1, 20)) {
    if (await holds()) return true;
    if (performance.now() > end) return false;
    await setTimeout(pause);
  }
}
