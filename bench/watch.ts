import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { prepareData } from '../examples/training/src/prepareData.ts';
import type { Bench, Row } from './Bench.ts';
import { median } from './measure.ts';
import { makeMany, project, writeRandom } from './scenarios.ts';

/** What a watch costs. Needs /proc. */
export async function watch(bench: Bench): Promise<readonly Row[]> {
  return [
    await latency(bench, 'reference'),
    await latency(bench, 'copy'),
    await slowdown(bench),
    ...(await idle(bench)),
  ];
}

const MiB = 1024 ** 2;

interface KitLine {
  readonly type: string;
  readonly at: number;
}

const kitsOf = async function* (child: ChildProcess): AsyncGenerator<KitLine> {
  for await (const line of createInterface(child.stdout as Readable)) {
    const event = JSON.parse(line) as KitLine;
    if (event.type === 'kit') yield event;
  }
};

const quiet = 300;

/** The time from the end of a write (and of the quiet time) to the commit, compared with reading and hashing alone. */
async function latency(bench: Bench, capture: 'copy' | 'reference'): Promise<Row> {
  const path = join(project(bench, 'latency', 'model: {path: m.bin}\n'), 'm.bin');
  writeRandom(path, MiB);
  const child = startWatch(bench, 'latency', '--capture', capture);
  const times: number[] = [];
  let written = 0;
  for await (const { at } of kitsOf(child)) {
    // The quiet time of a file of unknown format is six times as long.
    if (written) times.push(at - written - 6 * quiet);
    if (times.length === bench.pairs) child.kill('SIGINT');
    else {
      writeRandom(path, 512 * MiB);
      written = Date.now();
    }
  }
  const [ours, alone] = [median(times), hashTime(path)];
  rmSync(path);
  return {
    what: `last write to commit, 512 MiB, ${capture}`,
    ratio: ours / alone,
    goal: 1.3,
    ours: `${ours.toFixed(0)} ms`,
    theirs: `${alone.toFixed(0)} ms`,
  };
}

const cli = fileURLToPath(new URL('../core/cli/bin/kitwright.js', import.meta.url));

function startWatch(bench: Bench, directory: string, ...flags: readonly string[]): ChildProcess {
  const args = [
    cli,
    '--config',
    join(bench.folder, 'ours'),
    '--json',
    'watch',
    directory,
    '--quiet',
    String(quiet),
    ...flags,
  ];
  return spawn(process.execPath, args, { cwd: bench.folder, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Reading and hashing alone, with one buffer. */
function hashTime(path: string): number {
  const started = performance.now();
  const [hash, buffer, fd] = [createHash('sha256'), Buffer.alloc(MiB), openSync(path, 'r')];
  for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer)) hash.update(buffer.subarray(0, read));
  closeSync(fd);
  hash.digest();
  return performance.now() - started;
}

const example = fileURLToPath(new URL('../examples/training', import.meta.url));

/** The slowdown of the example's training by a watch. */
async function slowdown(bench: Bench): Promise<Row> {
  prepareData(join(example, 'data'));
  const train = join(example, 'src', 'train.ts');
  const watched = [cli, '--config', join(bench.folder, 'ours'), 'watch', example, '--max-cpu', '0.5', '--'];
  const [ours, alone]: [number[], number[]] = [[], []];
  const runs = [
    async () => alone.push(await trainingTime([train])),
    async () => ours.push(await trainingTime([...watched, process.execPath, train])),
  ];
  // Other work of the machine has a larger effect than the watch: more pairs, in alternating order.
  for (let pair = 0; pair < Math.max(bench.pairs, 7); pair++)
    for (const run of pair % 2 ? runs.toReversed() : runs) await run();
  const ratio = median(ours.map((time, i) => time / (alone[i] ?? 1)));
  const seconds = (values: readonly number[]) => `${(median(values) / 1000).toFixed(2)} s`;
  return {
    what: 'training beside a watch, --max-cpu 0.5',
    ratio,
    goal: 1.05,
    ours: seconds(ours),
    theirs: seconds(alone),
  };
}

/** Time between the first and the last epoch, in ms. */
async function trainingTime(command: readonly string[]): Promise<number> {
  rmSync(join(example, 'checkpoints'), { recursive: true, force: true });
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'ignore'] });
  const epochs: number[] = [];
  for await (const line of createInterface(child.stdout)) if (line.startsWith('epoch')) epochs.push(performance.now());
  return (epochs.at(-1) ?? 0) - (epochs[0] ?? 0);
}

/** In ms: worker threads end after a minute without work. */
const [settleTime, idleTime] = [70_000, 60_000];

/** The cost of an idle watch of 50,000 files, after a first pack. */
async function idle(bench: Bench): Promise<readonly Row[]> {
  makeMany(bench);
  const child = startWatch(bench, 'many');
  await kitsOf(child).next();
  await sleep(settleTime);
  const before = cpuTime(child);
  await sleep(idleTime);
  const share = (cpuTime(child) - before) / idleTime;
  const memory = resident(child);
  child.kill('SIGINT');
  const percent = `${(share * 100).toFixed(2)} % of a core`;
  return [
    { what: 'idle watch of 50,000 files, processor', ratio: share / 0.01, goal: 1, ours: percent, theirs: '1 %' },
    {
      what: 'idle watch of 50,000 files, memory',
      ratio: memory / 150,
      goal: 1,
      ours: `${memory.toFixed(0)} MiB`,
      theirs: '150 MiB',
    },
  ];
}

/** Time on the processor in ms, of all threads. Source: proc(5), fields 14 and 15, in hundredths of a second. */
function cpuTime({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function resident({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
