import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Row } from './Bench.ts';
import { measure } from './measure.ts';
import { pairsOf } from './pairsOf.ts';
import { makeBig, makeEight, pack, tool } from './scenarios.ts';

/**
 * How far the work with large files is from what the machine needs for it by itself: copying the bytes to the disk, and
 * hashing them in a process beside it.
 */
export async function limits(bench: Bench): Promise<readonly Row[]> {
  makeBig(bench);
  makeEight(bench);
  return [
    await packed(bench, 'big', ['big/m.bin']),
    await packed(bench, 'eight', eight),
    await unpacked(bench, 'big', ['big/m.bin']),
    await unpacked(bench, 'eight', eight),
  ];
}

const eight = Array.from({ length: 8 }, (_, i) => `eight/d${i}.bin`);

/** Within 15 % of the limit. */
const goal = 1.15;

/** What a pack by copy cannot do without: reading, SHA-256, writing until it is on the disk. */
function packed(bench: Bench, name: string, files: readonly string[]): Promise<Row> {
  const us = tool(bench, 'ours');
  return pairsOf(bench, {
    what: `cold pack, ${name}, over copy and SHA-256`,
    goal,
    writes: 3,
    prepare: () => {
      us.clear();
      rmSync(join(bench.folder, 'copy'), { recursive: true, force: true });
    },
    ours: () => us.run(...pack(name)),
    theirs: () => raw(bench, `${hash(files)} & ${copy(files, 'copy')} && sync copy/*; wait`),
  });
}

/** Two copies beside each other, and the sources read once more to be verified. */
function unpacked(bench: Bench, name: string, files: readonly string[]): Promise<Row> {
  const us = tool(bench, 'ours');
  const outputs = ['out', 'out2'].map((output) => join(bench.folder, output));
  const half = Math.ceil(files.length / 2);
  const second = files.slice(half);
  const copies = [copy(files.slice(0, half), 'out'), ...(second.length ? [copy(second, 'out2')] : [])];
  return pairsOf(bench, {
    what: `local unpack, ${name}, over the copy`,
    goal,
    writes: 3,
    prepare: async (_which, pair) => {
      for (const output of outputs) rmSync(output, { recursive: true, force: true });
      if (pair > 0) return;
      us.clear();
      await us.run(...pack(name));
    },
    ours: () => us.run('unpack', `${name}:v1`, '-d', 'out'),
    theirs: () => raw(bench, `${copies.join(' & ')} & cat ${files.join(' ')} > /dev/null; wait`),
  });
}

function raw(bench: Bench, script: string) {
  return measure(['sh', '-c', script], bench.folder);
}

function copy(files: readonly string[], output: string): string {
  return `mkdir ${output} && cp ${files.join(' ')} ${output}`;
}

function hash(files: readonly string[]): string {
  const script = `
    const { createHash } = require('node:crypto'), { openSync, readSync } = require('node:fs');
    const block = Buffer.alloc(262144);
    for (const path of process.argv.slice(1)) {
      const [hash, fd] = [createHash('sha256'), openSync(path)];
      for (let size; (size = readSync(fd, block)); ) hash.update(block.subarray(0, size));
      hash.digest();
    }`;
  return `'${process.execPath}' -e "${script.replaceAll('\n', ' ')}" ${files.join(' ')}`;
}
