import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Row } from './Bench.ts';
import { type Measured, median, processorTime } from './measure.ts';
import { pairsOf } from './pairsOf.ts';
import { cli, makeBig, makeEight, makeMany, tool } from './scenarios.ts';

/** What signing, attesting and verifying add, each beside the same command without. */
export async function trust(bench: Bench): Promise<readonly Row[]> {
  process.env['COSIGN_PASSWORD'] = 'bench';
  makeMany(bench);
  makeBig(bench);
  makeEight(bench);
  const keys = join(bench.folder, 'keys');
  mkdirSync(keys, { recursive: true });
  const us = tool(bench, 'ours');
  us.clear();
  await us.run('generate-key-pair', '--output-key-prefix', join(keys, 'bench'));
  return [
    ...(await verify(bench, keys)),
    await sign(bench, keys),
    await attest(bench, 'many'),
    await attest(bench, 'big', 3),
    await attest(bench, 'eight', 3),
    await memory(bench),
  ];
}

interface Pairs {
  readonly plain: readonly number[];
  readonly more: readonly number[];
}

/** Two commands by turns, in ms; which one is first alternates. */
async function pairs(count: number, plain: () => Promise<Measured>, more: () => Promise<Measured>): Promise<Pairs> {
  const times: { plain: number[]; more: number[] } = { plain: [], more: [] };
  for (let pair = 0; pair < count; pair++) {
    const runs = [
      async () => times.plain.push((await plain()).ms),
      async () => times.more.push((await more()).ms),
    ] as const;
    for (const run of pair % 2 ? runs.toReversed() : runs) await run();
  }
  return times;
}

const shown = (values: readonly number[]) => `${median(values).toFixed(0)} ms`;

/** The median of what each pair says. */
function rowOf(what: string, goal: number, { plain, more }: Pairs, of: (more: number, plain: number) => number): Row {
  const ratio = median(more.map((one, i) => of(one, plain[i] ?? 1)));
  return { what, ratio, goal, ours: shown(more), theirs: shown(plain) };
}

/**
 * A signature of a local kit is verified without reading its layers: only the manifest is hashed. Processor time, over that
 * of the shortest commands: `version` alone loads neither the engine nor what reads flags, `list` opens the store.
 */
async function verify(bench: Bench, keys: string): Promise<readonly Row[]> {
  const us = tool(bench, 'ours');
  await us.run('pack', 'big', '-t', 'big:v1', '--sign', join(keys, 'bench.key'));
  const run = (...args: readonly string[]) => processorTime([process.execPath, cli, ...args], bench.folder);
  const inStore = (...args: readonly string[]) => run('--config', us.home, ...args);
  const times: Record<'version' | 'list' | 'verify', number[]> = { version: [], list: [], verify: [] };
  for (let pair = 0; pair < 21; pair++) {
    times.version.push(run('version'));
    times.list.push(inStore('list'));
    times.verify.push(inStore('verify', 'big:v1', '--key', join(keys, 'bench.pub')));
  }
  return (['version', 'list'] as const).map((plain) =>
    rowOf(
      `verify of a signed local kit over ${plain}, processor`,
      1.5,
      { plain: times[plain], more: times.verify },
      (more, start) => more / start,
    ),
  );
}

/** Over the 300 ms that it may add. */
async function sign(bench: Bench, keys: string): Promise<Row> {
  const pack = packing(bench, 'many');
  const times = await pairs(
    bench.pairs,
    () => pack(),
    () => pack('--sign', join(keys, 'bench.key')),
  );
  return rowOf('pack --sign, added over 300 ms, many', 1, times, (more, plain) => (more - plain) / 300);
}

/** Of a single file another core computes its digest; of eight layers all cores are busy, and the digests are work for them. */
function attest(bench: Bench, name: string, writes = 1): Promise<Row> {
  const pack = packing(bench, name);
  return pairsOf(bench, {
    what: `pack --attest over pack, ${name}`,
    goal: 1.05,
    writes,
    prepare: tool(bench, 'ours').clear,
    ours: () => pack('--attest'),
    theirs: () => pack(),
  });
}

/** Packs a project cold. */
function packing(bench: Bench, name: string) {
  const us = tool(bench, 'ours');
  return (...flags: readonly string[]): Promise<Measured> => {
    us.clear();
    return us.run('pack', name, '-t', `${name}:v1`, ...flags);
  };
}

async function memory(bench: Bench): Promise<Row> {
  const { peak } = await packing(bench, 'big')('--attest');
  rmSync(tool(bench, 'ours').home, { recursive: true, force: true });
  return {
    what: 'peak memory, big --attest (MiB over 120)',
    ratio: peak / 120,
    goal: 1,
    ours: `${peak.toFixed(0)} MiB`,
    theirs: '-',
  };
}
