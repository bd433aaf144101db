import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { appendFileSync, closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Measured, measure, median } from './measure.ts';

export const cli = fileURLToPath(new URL('../core/cli/bin/kitwright.js', import.meta.url));
const MiB = 1024 ** 2;

/** The scenarios that can be named on the command line. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  start: async (bench) => [await startUp(bench)],
  many: async (bench) => {
    makeMany(bench);
    return [...(await cold(bench, 'many', 0.4, 0.4)), await warm(bench, 'many', 0.2), await oneOfMany(bench)];
  },
  big: async (bench) => {
    makeBig(bench);
    return [
      ...(await cold(bench, 'big', 0.8, 0.6)),
      await warm(bench, 'big', 0.05),
      await unpack(bench, 'big'),
      await memory(bench),
    ];
  },
  layers: async (bench) => {
    makeLayers(bench);
    return [await packCold(bench, 'layers', 0.2), await warm(bench, 'layers', 0.5)];
  },
  eight: async (bench) => {
    makeEight(bench);
    const first = [...(await cold(bench, 'eight', 0.65, 0.4)), await unpack(bench, 'eight')];
    return [...first, await oneOfEight(bench), await disk(bench)];
  },
};

type Scenario = (bench: Bench) => Promise<readonly Row[]>;

export interface Bench {
  readonly folder: string;
  readonly kit: string;
  readonly pairs: number;
}

export interface Row {
  readonly what: string;
  /** Our figure divided by theirs; smaller is better. */
  readonly ratio: number;
  readonly goal: number;
  readonly ours: string;
  readonly theirs: string;
}

async function startUp(bench: Bench): Promise<Row> {
  const [ours, empty]: [number[], number[]] = [[], []];
  for (let i = 0; i < 21; i++) {
    ours.push((await measure([process.execPath, cli, 'version'], bench.folder)).ms);
    empty.push((await measure([process.execPath, '-e', '0'], bench.folder)).ms);
  }
  return {
    what: 'start-up over an empty script',
    ratio: median(ours) / median(empty),
    goal: 1.6,
    ours: `${median(ours).toFixed(0)} ms`,
    theirs: `${median(empty).toFixed(0)} ms`,
  };
}

/** 50 folders of 1,000 files of 4 KiB each, in one dataset or several. */
export function makeMany(bench: Bench, name = 'many', datasets: readonly string[] = ['d']): void {
  const path = project(bench, name, `datasets: [${datasets.map((dataset) => `{path: ${dataset}}`).join(', ')}]\n`);
  const block = Buffer.alloc(4096);
  for (let folder = 0; folder < 50; folder++) {
    const inside = join(path, datasets[folder % datasets.length] ?? '', String(folder));
    mkdirSync(inside, { recursive: true });
    for (let file = 0; file < 1000; file++) writeFileSync(join(inside, `${file}.bin`), randomFillSync(block));
  }
}

export function project(bench: Bench, name: string, kitfile: string): string {
  const path = join(bench.folder, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'Kitfile'), `manifestVersion: 1.0.0\n${kitfile}`);
  return path;
}

/** 2,000 layers of one small file: of 10,000 `kit` makes a kit only after many minutes. */
function makeLayers(bench: Bench): void {
  const names = Array.from({ length: 2000 }, (_, n) => `f${n}`);
  const path = project(bench, 'layers', `code: [${names.map((name) => `{path: ${name}}`).join(', ')}]\n`);
  for (const name of names) writeFileSync(join(path, name), name.repeat(40));
}

function packCold(bench: Bench, name: string, goal: number): Promise<Row> {
  const args = pack(name);
  return compare(bench, { what: `cold pack, ${name}, durable`, goal, prepare: fresh, ours: args, theirs: args });
}

async function cold(bench: Bench, name: string, durable: number, reference: number): Promise<readonly Row[]> {
  return [
    await packCold(bench, name, durable),
    await compare(bench, {
      what: `cold pack, ${name}, by reference`,
      goal: reference,
      prepare: fresh,
      ours: pack(name, '--capture', 'reference'),
      theirs: pack(name),
    }),
  ];
}

export interface Comparison {
  readonly what: string;
  readonly goal: number;
  /** Runs before each measured run. */
  readonly prepare: (which: Tool, pair: number) => Promise<unknown> | unknown;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

export type Tool = ReturnType<typeof tool>;

/** Paired runs; the order alternates. */
export async function compare(bench: Bench, { what, goal, prepare, ours, theirs }: Comparison): Promise<Row> {
  const [us, them] = [tool(bench, 'ours'), tool(bench, 'theirs')];
  const runs: { readonly ours: Measured[]; readonly theirs: Measured[] } = { ours: [], theirs: [] };
  const ratios: number[] = [];
  for (let pair = 0; pair < bench.pairs; pair++) {
    const one = async (which: Tool, args: readonly string[]) => {
      await prepare(which, pair);
      runs[which === us ? 'ours' : 'theirs'].push(await which.run(...args));
    };
    const both = [() => one(us, ours), () => one(them, theirs)];
    for (const run of pair % 2 ? both.toReversed() : both) await run();
    ratios.push((runs.ours.at(-1)?.ms ?? 0) / (runs.theirs.at(-1)?.ms ?? 1));
  }
  return { what, ratio: median(ratios), goal, ours: figures(runs.ours), theirs: figures(runs.theirs) };
}

/** Medians: time, time of processors, largest memory. */
function figures(runs: readonly Measured[]): string {
  const of = (value: (run: Measured) => number) => median(runs.map(value));
  const [ms, cpu, peak] = [of((run) => run.ms), of((run) => run.cpu), of((run) => run.peak)];
  return `${(ms / 1000).toFixed(2)} s (processor ${(cpu / 1000).toFixed(2)} s, ${peak.toFixed(0)} MiB)`;
}

/** A tool with its own store. */
export function tool(bench: Bench, name: 'ours' | 'theirs') {
  const home = join(bench.folder, name);
  const prefix = name === 'ours' ? [process.execPath, cli, '--config', home] : [bench.kit, '--config', home];
  const run = (...args: readonly string[]): Promise<Measured> => measure([...prefix, ...args], bench.folder);
  const clear = () => {
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'disable-update-notifications'), '');
    execFileSync('sync');
  };
  return { home, run, clear };
}

function fresh({ clear }: Tool) {
  return clear();
}

function pack(name: string, ...args: readonly string[]): readonly string[] {
  return ['pack', name, '-t', `${name}:v1`, ...args];
}

function warm(bench: Bench, name: string, goal: number): Promise<Row> {
  const prepare = async (which: Tool, pair: number) => {
    if (pair > 0) return;
    which.clear();
    await which.run(...pack(name));
  };
  return compare(bench, { what: `no change, ${name}`, goal, prepare, ours: pack(name), theirs: pack(name) });
}

export function makeBig(bench: Bench): void {
  writeRandom(join(project(bench, 'big', 'model: {path: m.bin}\n'), 'm.bin'), 2048 * MiB);
}

export function writeRandom(path: string, bytes: number): void {
  const block = Buffer.alloc(16 * MiB);
  const fd = openSync(path, 'w');
  for (let left = bytes; left > 0; left -= block.length) {
    randomFillSync(block);
    writeSync(fd, block, 0, Math.min(left, block.length));
  }
  closeSync(fd);
}

async function unpack(bench: Bench, name: string): Promise<Row> {
  const out = join(bench.folder, 'out');
  const prepare = async (which: Tool, pair: number) => {
    rmSync(out, { recursive: true, force: true });
    if (pair > 0) return;
    which.clear();
    await which.run(...pack(name));
  };
  const args = ['unpack', `${name}:v1`, '-d', 'out'];
  return compare(bench, { what: `local unpack, ${name}`, goal: 0.8, prepare, ours: args, theirs: args });
}

async function memory(bench: Bench): Promise<Row> {
  const us = tool(bench, 'ours');
  us.clear();
  const { peak } = await us.run(...pack('big'));
  return {
    what: 'peak memory, big (MiB over 120)',
    ratio: peak / 120,
    goal: 1,
    ours: `${peak.toFixed(0)} MiB`,
    theirs: '-',
  };
}

function makeEight(bench: Bench): void {
  const parts = Array.from({ length: 8 }, (_, i) => `  - path: d${i}.bin\n`).join('');
  const path = project(bench, 'eight', `datasets:\n${parts}`);
  for (let i = 0; i < 8; i++) writeRandom(join(path, `d${i}.bin`), 256 * MiB);
}

function oneOfMany(bench: Bench): Promise<Row> {
  const prepare = async (which: Tool, pair: number) => {
    if (pair === 0) {
      which.clear();
      await which.run(...pack('many'));
    }
    appendFileSync(join(bench.folder, 'many', 'd', '7', '77.bin'), `${which.home}${pair}`);
  };
  return compare(bench, {
    what: '1 of 50,000 files changed',
    goal: 0.3,
    prepare,
    ours: pack('many'),
    theirs: pack('many'),
  });
}

function oneOfEight(bench: Bench): Promise<Row> {
  const prepare = async (which: Tool, pair: number) => {
    if (pair === 0) {
      which.clear();
      await which.run(...pack('eight'));
    }
    appendFileSync(join(bench.folder, 'eight', 'd3.bin'), `${which.home}${pair}`);
  };
  return compare(bench, {
    what: '1 of 8 layers changed',
    goal: 0.15,
    prepare,
    ours: pack('eight'),
    theirs: pack('eight'),
  });
}

/** Ten versions of the eight layers, each with one changed. */
async function disk(bench: Bench): Promise<Row> {
  const us = tool(bench, 'ours');
  us.clear();
  await us.run('pack', 'eight', '-t', 'eight:v0');
  const first = diskUsed(us.home);
  for (let i = 1; i < 10; i++) {
    writeRandom(join(bench.folder, 'eight', 'd5.bin'), 16 * MiB);
    await us.run('pack', 'eight', '-t', `eight:v${i}`);
  }
  const [grown, changed] = [diskUsed(us.home) - first, 9 * 16 * MiB];
  return {
    what: 'disk for 9 more versions over changed bytes',
    ratio: grown / changed,
    goal: 1.01,
    ours: `${(grown / MiB).toFixed(1)} MiB`,
    theirs: `${(changed / MiB).toFixed(1)} MiB`,
  };
}

function diskUsed(path: string): number {
  return Number(execFileSync('du', ['-sb', path], { encoding: 'utf8' }).split('\t')[0]);
}
