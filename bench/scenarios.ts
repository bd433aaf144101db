import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { appendFileSync, closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Row } from './Bench.ts';
import { freshOutput } from './freshOutput.ts';
import { figures, type Measured, measure, median } from './measure.ts';
import { pairsOf } from './pairsOf.ts';

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
      await localUnpack(bench, 'big'),
      await memory(bench),
    ];
  },
  layers: async (bench) => {
    makeLayers(bench);
    return [await packCold(bench, 'layers', 0.2), await warm(bench, 'layers', 0.5), await tenThousandLayers(bench)];
  },
  eight: async (bench) => {
    makeEight(bench);
    const first = [...(await cold(bench, 'eight', 0.65, 0.4)), await localUnpack(bench, 'eight')];
    return [...first, await oneOfEight(bench), await disk(bench)];
  },
};

type Scenario = (bench: Bench) => Promise<readonly Row[]>;

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

/** Layers of one small file each. */
function makeLayers(bench: Bench, name = 'layers', count = 2000): void {
  const names = Array.from({ length: count }, (_, n) => `f${n}`);
  const path = project(bench, name, `code: [${names.map((name) => `{path: ${name}}`).join(', ')}]\n`);
  for (const name of names) writeFileSync(join(path, name), name.repeat(40));
}

/** `kit` needs many minutes for them, so they are held against 10 s. */
async function tenThousandLayers(bench: Bench): Promise<Row> {
  makeLayers(bench, 'more', 10_000);
  const us = tool(bench, 'ours');
  const runs: Measured[] = [];
  for (let run = 0; run < bench.pairs; run++) {
    us.clear();
    runs.push(await us.run(...pack('more')));
  }
  const ratio = median(runs.map(({ ms }) => ms)) / 10_000;
  return { what: 'cold pack, 10,000 layers, over 10 s', ratio, goal: 1, ours: figures(runs), theirs: '10 s' };
}

function packCold(bench: Bench, name: string, goal: number): Promise<Row> {
  const args = pack(name);
  const what = `cold pack, ${name}, durable`;
  return compare(bench, { what, goal, writes: writesOf(name), prepare: fresh, ours: args, theirs: args });
}

function writesOf(name: string): number {
  return name === 'big' || name === 'eight' ? 3 : 1;
}

async function cold(bench: Bench, name: string, durable: number, reference: number): Promise<readonly Row[]> {
  return [
    await packCold(bench, name, durable),
    await compare(bench, {
      what: `cold pack, ${name}, by reference`,
      goal: reference,
      writes: writesOf(name),
      prepare: fresh,
      ours: pack(name, '--capture', 'reference'),
      theirs: pack(name),
    }),
  ];
}

export interface Comparison {
  readonly what: string;
  readonly goal: number;
  /** GiB that a run writes, rounded up. */
  readonly writes?: number;
  /** Runs before each measured run. */
  readonly prepare: (which: Tool, pair: number) => Promise<unknown> | unknown;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

export type Tool = ReturnType<typeof tool>;

/** Each tool with its own store. */
export function compare(bench: Bench, { prepare, ours, theirs, ...row }: Comparison): Promise<Row> {
  const tools = { ours: tool(bench, 'ours'), theirs: tool(bench, 'theirs') };
  return pairsOf(bench, {
    ...row,
    prepare: (which, pair) => prepare(tools[which], pair),
    ours: () => tools.ours.run(...ours),
    theirs: () => tools.theirs.run(...theirs),
  });
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

export function pack(name: string, ...args: readonly string[]): readonly string[] {
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

export async function localUnpack(bench: Bench, name: string, goal = 0.8): Promise<Row> {
  using output = freshOutput(bench.folder);
  const prepare = async (which: Tool, pair: number) => {
    output.next();
    if (pair > 0) return;
    which.clear();
    await which.run(...pack(name));
  };
  const args = ['unpack', `${name}:v1`, '-d', 'out'];
  const what = `local unpack, ${name}`;
  return await compare(bench, { what, goal, writes: writesOf(name), prepare, ours: args, theirs: args });
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

export function makeEight(bench: Bench): void {
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
    writes: 3,
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
