import { readFileSync } from 'node:fs';

/**
 * Names the time since this machine was started: what a process has written and not synced is whole as long as it is
 * the same. Undefined where the system has no such name (Linux has: random(4)).
 */
export function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return undefined;
  }
}
