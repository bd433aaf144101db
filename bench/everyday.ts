import { randomFillSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Row } from './Bench.ts';
import { compare, localUnpack, pack, project, writeRandom } from './scenarios.ts';

const MiB = 1024 ** 2;

/** A kit as people have them: 800 MiB in 4 shards, 300 files of code, 3,000 images. */
export async function everyday(bench: Bench): Promise<readonly Row[]> {
  makeEveryday(bench);
  const rows = [await packed(bench, 0.65)];
  for (const [compression, goal] of [
    ['gzip', 0.6],
    ['gzip-fastest', 0.8],
  ] as const)
    rows.push(await packed(bench, goal, compression));
  return [...rows, await zstd(bench), await localUnpack(bench, 'everyday', 0.7)];
}

export function makeEveryday(bench: Bench): void {
  const shards = [1, 2, 3, 4].map((n) => `model-${n}.bin`);
  const parts = shards.slice(1).map((path) => `{path: ${path}}`);
  const model = `model: {path: ${shards[0]}, parts: [${parts.join(', ')}]}`;
  const path = project(bench, 'everyday', `${model}\ncode: [{path: src}]\ndatasets: [{path: images}]\n`);
  for (const shard of shards) writeRandom(join(path, shard), 200 * MiB);
  writeMany(join(path, 'src'), 300, (n) => `def f${n}(x):\n    return x + ${n}\n`.repeat(100));
  const image = Buffer.alloc(40 * 1024);
  writeMany(join(path, 'images'), 3000, () => randomFillSync(image));
}

function writeMany(folder: string, count: number, content: (n: number) => string | Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  for (let n = 0; n < count; n++) writeFileSync(join(folder, `f${n}`), content(n));
}

function packed(bench: Bench, goal: number, compression?: string): Promise<Row> {
  const args = pack('everyday', ...(compression ? ['--compression', compression] : []));
  const what = `cold pack, everyday kit${compression ? `, ${compression}` : ''}`;
  return compare(bench, { what, goal, prepare: (which) => which.clear(), ours: args, theirs: args });
}

/** `kit` has no zstd: its gzip makes about as small a kit. */
function zstd(bench: Bench): Promise<Row> {
  return compare(bench, {
    what: "cold pack, everyday kit, zstd over kit's gzip",
    goal: 0.3,
    prepare: (which) => which.clear(),
    ours: pack('everyday', '--compression', 'zstd'),
    theirs: pack('everyday', '--compression', 'gzip'),
  });
}
