import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDistribution } from '../test/interop/buildPeers.ts';
import { startDistribution } from '../test/interop/distribution.ts';
import type { Bench, Row } from './Bench.ts';
import { makeEveryday } from './everyday.ts';
import { freshOutput } from './freshOutput.ts';
import { type Measured, median } from './measure.ts';
import { compare, makeBig, makeMany, pack, type Tool, tool } from './scenarios.ts';
import { slowLink } from './slowLink.ts';

const plain = '--plain-http';

/** The bars of transfers, against a real registry (distribution 3.1). */
export async function registry(bench: Bench): Promise<readonly Row[]> {
  const binary = buildDistribution();
  if (binary === undefined) throw new Error('There is no Go to build a registry with.');
  const folder = join(bench.folder, 'registry');
  await using server = await startDistribution(binary, folder);
  const { host } = server;
  const next = repositories();
  makeBig(bench);
  const packed = async (which: Tool) => {
    which.clear();
    await which.run(...pack('big'));
    empty();
    execFileSync('sync');
  };
  const empty = () => rmSync(join(folder, 'data'), { recursive: true, force: true });
  const target = () => {
    empty();
    return `${host}/${next()}:v1`;
  };
  const push = await compare(bench, {
    what: 'push 2 GiB',
    writes: 3,
    goal: 1,
    prepare: packed,
    ours: ['push', 'big:v1', target(), plain],
    theirs: ['push', 'big:v1', target(), plain],
  });
  const both = await packAndPush(bench, target);
  const us = tool(bench, 'ours');
  us.clear();
  const name = `${host}/bench/pulled:v1`;
  await us.run('pack', 'big', '-t', name, '--capture', 'reference', '--push', plain);
  const nothing = await medianOf(() => us.run('push', name, plain), bench.pairs);
  const pull = await compare(bench, {
    what: 'pull 2 GiB',
    writes: 3,
    goal: 0.7,
    prepare: (which) => which.clear(),
    ours: ['pull', name, plain],
    theirs: ['pull', name, plain],
  });
  const far = await farPull(bench, host, 'bench/pulled:v1');
  const peak = await peakOf(bench, name);
  const cut = await sentAgain(bench, host);
  const straight = await unpackMany(bench, host);
  return [
    push,
    both,
    single('push with nothing new over 0.2 s', 1, nothing / 200, `${nothing.toFixed(0)} ms`, '200 ms'),
    pull,
    far,
    peak,
    cut,
    straight,
    ...(await everydayTransfers(bench, host, empty)),
  ];
}

/** The everyday kit: layers go side by side. */
async function everydayTransfers(bench: Bench, host: string, empty: () => void): Promise<readonly Row[]> {
  makeEveryday(bench);
  const name = `${host}/bench/everyday:v1`;
  const both = (...args: readonly string[]) => ({ ours: args, theirs: args });
  const pushed = await compare(bench, {
    what: 'push the everyday kit',
    goal: 0.8,
    prepare: async ({ clear, run }) => {
      clear();
      await run(...pack('everyday'));
      empty();
    },
    ...both('push', 'everyday:v1', name, plain),
  });
  const pulled = await compare(bench, {
    what: 'pull the everyday kit',
    goal: 0.7,
    prepare: (which) => which.clear(),
    ...both('pull', name, plain),
  });
  using output = freshOutput(bench.folder);
  const unpacked = await compare(bench, {
    what: 'unpack the everyday kit from the registry',
    goal: 0.7,
    prepare: (which) => {
      which.clear();
      output.next();
    },
    ...both('unpack', name, '-d', 'out', plain),
  });
  return [pushed, pulled, unpacked];
}

/** A new, empty registry for each measured run. */
function repositories() {
  let count = 0;
  return () => `bench/run${++count}`;
}

/** `pack --push` compared with the two commands of `kit`. */
async function packAndPush(bench: Bench, target: () => string): Promise<Row> {
  const [us, them] = [tool(bench, 'ours'), tool(bench, 'theirs')];
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < bench.pairs; pair++) {
    us.clear();
    const one = await us.run('pack', 'big', '-t', target(), '--push', plain);
    ours.push(one.ms);
    them.clear();
    const name = target();
    const first = await them.run('pack', 'big', '-t', name);
    const second = await them.run('push', name, plain);
    theirs.push(first.ms + second.ms);
  }
  const seconds = (values: readonly number[]) => `${(median(values) / 1000).toFixed(2)} s`;
  const ratio = median(ours.map((ms, i) => ms / (theirs[i] ?? 1)));
  return { what: 'pack and push 2 GiB', ratio, goal: 0.8, ours: seconds(ours), theirs: seconds(theirs) };
}

/** The median of some runs, in ms. */
async function medianOf(run: () => Promise<Measured>, times: number): Promise<number> {
  const found: number[] = [];
  for (let i = 0; i < times; i++) found.push((await run()).ms);
  return median(found);
}

const MiB = 1024 ** 2;

/** One blob over a link with a delay of 50 ms, on which one stream gets 20 MiB/s. */
async function farPull(bench: Bench, host: string, name: string): Promise<Row> {
  await using link = await slowLink(portOf(host), { delay: 50, rate: 20 * MiB });
  return await compare(
    { ...bench, pairs: 1 },
    {
      what: 'pull over a far link',
      goal: 0.25,
      prepare: (which) => which.clear(),
      ours: ['pull', `${link.host}/${name}`, plain],
      theirs: ['pull', `${link.host}/${name}`, plain],
    },
  );
}

function portOf(host: string): number {
  return Number(host.split(':')[1]);
}

async function peakOf(bench: Bench, name: string): Promise<Row> {
  const us = tool(bench, 'ours');
  us.clear();
  const { peak } = await us.run('pull', name, plain);
  return single('peak memory of a pull of 2 GiB over 150 MiB', 1, peak / 150, `${peak.toFixed(0)} MiB`, '150 MiB');
}

function single(what: string, goal: number, value: number, ours: string, theirs: string): Row {
  return {
    what,
    ratio: value,
    goal,
    ours,
    theirs,
  };
}

/** Bytes that a push uploads again after its connection was cut in the middle, divided by the size of the layer. */
async function sentAgain(bench: Bench, host: string): Promise<Row> {
  await using link = await slowLink(portOf(host), { cutAfter: 1024 * MiB });
  const us = tool(bench, 'ours');
  us.clear();
  await us.run(...pack('big', '--capture', 'reference'));
  await us.run('push', 'big:v1', `${link.host}/bench/cut:v1`, plain);
  const again = (link.sent() - 2048 * MiB) / (2048 * MiB);
  return single('bytes sent again after a cut, share', 0.01, again, `${(again * 100).toFixed(2)} %`, '2 GiB');
}

/**
 * Directly from the registry, without a store. Three layers, because `kit` keeps all files of a layer open, and there
 * is a limit on open files.
 */
async function unpackMany(bench: Bench, host: string): Promise<Row> {
  makeMany(bench, 'files', ['d0', 'd1', 'd2']);
  const name = `${host}/bench/files:v1`;
  const us = tool(bench, 'ours');
  us.clear();
  await us.run('pack', 'files', '-t', name, '--capture', 'reference', '--push', plain);
  const folder = inMemory();
  const args = ['unpack', name, '-d', join(folder, 'out'), plain];
  const prepare = (which: Tool) => {
    which.clear();
    rmSync(join(folder, 'out'), { recursive: true, force: true });
  };
  try {
    const what = 'unpack 50,000 files from the registry into memory';
    return await compare(bench, { what, goal: 0.4, prepare, ours: args, theirs: args });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A folder in memory, if the system has one: the time to create 50,000 files on a disk varies by a factor of ten. */
function inMemory(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'kitwright-bench-'));
}
