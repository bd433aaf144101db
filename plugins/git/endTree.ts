import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Asks a process to end, with all that it has started and that is still below it. For one that stays in our group, since it
 * asks on the terminal: it stands still while the others are looked for, so that it starts no more of them.
 */
export function endTree(pid: number): void {
  const all = [pid];
  if (signal(pid, 'SIGSTOP')) {
    const pairs = parents();
    for (const each of all) for (const [child, parent] of pairs) if (parent === each) all.push(child);
  }
  // Not SIGKILL: ssh would leave the terminal without echo.
  for (const each of all) signal(each, 'SIGTERM');
  signal(pid, 'SIGCONT');
}

type Pair = readonly [child: number, parent: number];

function parents(): readonly Pair[] {
  return process.platform === 'linux' ? parentsInProc() : parentsOfPs();
}

/** `pid (name) state ppid` (proc_pid_stat(5)); a name may hold parentheses. A slim container has no `ps`. */
function parentsInProc(): readonly Pair[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const text = readFileSync(`/proc/${name}/stat`, 'latin1');
        return [[Number(name), Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])] as const];
      } catch {
        return [];
      }
    });
}

function parentsOfPs(): readonly Pair[] {
  const lines = execFileSync('/bin/ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    return [child ?? 0, parent ?? 0] as const;
  });
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
