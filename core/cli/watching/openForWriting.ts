import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { fileId } from '@kitwright/core/internal';

/**
 * The files that a process or its descendants have open for writing, by `fileId`. Read from /proc (proc_pid_fd(5),
 * proc_pid_fdinfo(5)): elsewhere, and for processes of other users, none are known.
 */
export function openForWriting(pid: number): ReadonlySet<string> {
  return new Set(descendantsOf(pid).flatMap(filesOf));
}

/** A process and all below it. */
function descendantsOf(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of entriesOf('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [pid];
  for (const one of found) found.push(...(children.get(one) ?? []));
  return found;
}

/** The fourth field of its state; the second is a name in parentheses that may hold anything. */
function parentOf(pid: string): number | undefined {
  const text = unlessGone(() => readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? '';
  const parent = /^ \S+ (\d+) /.exec(text.slice(text.lastIndexOf(')') + 1))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function filesOf(pid: number): readonly string[] {
  return entriesOf(`/proc/${pid}/fd`).flatMap((fd) => {
    const path = `/proc/${pid}/fd/${fd}`;
    const isFile = unlessGone(() => readlinkSync(path))?.startsWith('/');
    const stats = isFile && isWritten(pid, fd) ? unlessGone(() => statSync(path, { bigint: true })) : undefined;
    return stats?.isFile() ? [fileId(stats)] : [];
  });
}

/** The lowest two bits of the flags, which are octal: 0 = for reading only (open(2)). */
function isWritten(pid: number, fd: string): boolean {
  const flags = /^flags:\s*([0-7]+)$/m.exec(
    unlessGone(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1')) ?? '',
  );
  return flags !== null && (Number.parseInt(flags[1] ?? '0', 8) & 3) !== 0;
}

function entriesOf(directory: string): readonly string[] {
  return unlessGone(() => readdirSync(directory)) ?? [];
}

/** Processes end and files are closed at any time. */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
