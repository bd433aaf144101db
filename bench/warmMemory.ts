import { execFileSync } from 'node:child_process';

/**
 * Takes this many GiB and gives them back. A virtual machine may have returned free memory to its host, and to get it again
 * makes writing files up to three times as slow, for whichever tool meets it.
 */
export function warmMemory(gigabytes: number): void {
  const script = `const kept = Array.from({ length: ${gigabytes * 4} }, () => Buffer.alloc(2 ** 28, 1))`;
  execFileSync(process.execPath, ['-e', script]);
}
