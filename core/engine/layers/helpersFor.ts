import type { ManyJob } from './manyFiles.ts';

/** How many threads are worth their start for a layer of many files, beside the one that leads. */
export function helpersFor({ count, bytes }: Pick<ManyJob, 'count' | 'bytes'>): number {
  return Math.floor(count / filesPerHelper + bytes / bytesPerHelper);
}

/** A thread costs as much time and memory as so many files, or so many bytes. */
const [filesPerHelper, bytesPerHelper] = [20_000, 256 * 1024 * 1024];
