import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { errnoOf } from '../errors/systemError.ts';

/** Who holds a lock or a session. `started` tells a reused pid apart where the system can say. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

/** Start time of a process in clock ticks since boot (proc(5), field 22), or '' where the system does not tell. */
const startedAt = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};

export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  host: hostname(),
  started: startedAt(process.pid),
});

/** Is that process certainly gone? Of another machine we cannot know, so the answer is no. */
export const isGone = ({ pid, host, started }: ProcessIdentity): boolean => {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
  const now = startedAt(pid);
  return started !== '' && now !== '' && now !== started;
};

export const parseIdentity = (text: string): ProcessIdentity | undefined => {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<ProcessIdentity>;
    return Number.isInteger(pid) && typeof host === 'string'
      ? { pid: pid as number, host, started: started ?? '' }
      : undefined;
  } catch {
    return undefined;
  }
};
