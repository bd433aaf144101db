import { lstatSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errnoOf } from '../errors/systemError.ts';
import { readPlainFile } from '../files/readPlainFile.ts';

/** Who holds a lock or a session. `started` tells a reused pid apart where the system can say. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid);
}

/** A process of this machine. */
export function identityOf(pid: number): ProcessIdentity {
  return { pid, host: hostname(), started: statOf(pid).started };
}

/**
 * State of a process and its start time in clock ticks since boot (proc(5), fields 3 and 22), or '' where the system
 * does not tell.
 */
function statOf(pid: number): { readonly state: string; readonly started: string } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', started: fields[19] ?? '' };
  } catch {
    return { state: '', started: '' };
  }
}

/** Is that process certainly gone? Of another machine we cannot know, so the answer is no. */
export function isGone({ pid, host, started }: ProcessIdentity): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
  const now = statOf(pid);
  return isZombie(now.state) || (started !== '' && now.started !== '' && now.started !== started);
}

/** Is this the name of something temporary (`temporaryName`) of a process that is gone? Another machine's is taken for ours. */
export function isLeftover(name: string, prefix: string): boolean {
  const pid = name.startsWith(`${prefix}-`) ? /^-(\d+)-[0-9a-f]{16}$/.exec(name.slice(prefix.length))?.[1] : undefined;
  return pid !== undefined && isGone({ pid: Number(pid), host: hostname(), started: '' });
}

/** Dead, but nobody has asked how it ended: in a container whose first process does not, such ones stay for ever. */
function isZombie(state: string): boolean {
  return state === 'Z' || state === 'X';
}

/** Bytes. */
const largest = 4096;

/** What a file says, or a link (`linkIdentity`); undefined for what is no identity. Throws what the system says. */
export function readIdentity(path: string): ProcessIdentity | undefined {
  return lstatSync(path).isSymbolicLink()
    ? identityFrom(readlinkSync(path))
    : parseIdentity(readPlainFile(path, largest).toString());
}

/** Writes an identity on a full disk: a short target of a link needs no room but its own entry. */
export function linkIdentity(path: string, identity: ProcessIdentity): void {
  symlinkSync(identityText(identity), path);
}

/** The same in few signs. */
function identityText({ pid, started, host }: ProcessIdentity): string {
  return [pid, started, host].join(':');
}

function identityFrom(text: string): ProcessIdentity | undefined {
  const [, pid, started = '', host = ''] = /^(\d+):(\d*):(.+)$/.exec(text) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), started, host };
}

export function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<ProcessIdentity>;
    return Number.isInteger(pid) && typeof host === 'string'
      ? { pid: pid as number, host, started: started ?? '' }
      : undefined;
  } catch {
    return undefined;
  }
}
