import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measured {
  /** Wall clock in ms. */
  readonly ms: number;
  /** Largest resident set in MiB; 0 if the system does not report it. */
  readonly peak: number;
  /** Processor time in ms; 0 if the system does not report it. */
  readonly cpu: number;
}

/** Runs a command to its end. Throws if it fails. */
export async function measure(command: readonly string[], cwd: string): Promise<Measured> {
  const [program = '', ...args] = command;
  const started = performance.now();
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  let [peak, cpu] = [0, 0];
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid ?? 0));
    cpu = Math.max(cpu, processorOf(child.pid ?? 0));
  }, 10);
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on('exit', resolve);
  const code = await promise;
  const ms = performance.now() - started;
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command.join(' ')} exited with ${code}`);
  return { ms, peak, cpu };
}

/** Processor time of a short command in ms, as `sh` tells it (POSIX, `times`): what else runs hardly changes it. Throws if it fails. */
export function processorTime(command: readonly string[], cwd: string): number {
  const args = ['-c', '"$@" >&2 && times', 'sh', ...command];
  const text = execFileSync('sh', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [, children = ''] = text.split('\n');
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0);
}

function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** In ticks of 10 ms, with that of children that ended (proc(5), `utime`, `stime`, `cutime` and `cstime`). */
function processorOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 10;
  } catch {
    return 0;
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Medians: time, time of processors, largest memory. */
export function figures(runs: readonly Measured[]): string {
  const of = (value: (run: Measured) => number) => median(runs.map(value));
  const [ms, cpu, peak] = [of((run) => run.ms), of((run) => run.cpu), of((run) => run.peak)];
  return `${(ms / 1000).toFixed(2)} s (processor ${(cpu / 1000).toFixed(2)} s, ${peak.toFixed(0)} MiB)`;
}
