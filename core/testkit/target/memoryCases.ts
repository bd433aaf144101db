import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ByteRange, Content, Descriptor } from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import { collect } from '../suite/collect.ts';
import { eventually } from '../suite/turns.ts';
import { type Bench, type TargetCase, targetCase } from './Bench.ts';

const MiB = 1024 * 1024;

/** Small enough for a place in this process, and enough to see that it is one. */
const small = 16 * MiB;

const large = 160 * MiB;

/** Bytes that a target may hold of a large blob: parts on their way side by side, for example. */
const most = 96 * MiB;

/** What a target holds of a blob does not grow with the blob. */
export const memoryCases: readonly TargetCase[] = [
  targetCase('memory: a push holds a part of a large blob, not all of it', (bench) =>
    requireFlat(bench, async (blob, look) => {
      await bench.target.push(blob, contentOf(look));
      await bench.settle();
    }),
  ),
  targetCase('memory: a fetch gives a large blob block by block', (bench) =>
    requireFlat(
      bench,
      async (blob, look) => {
        let [read, next] = [0, 0];
        for await (const bytes of bench.target.fetch(blob)) {
          read += bytes.byteLength;
          if (read < next) continue;
          await look();
          next += large / 4;
        }
      },
      async (blob) => {
        await bench.target.push(blob, contentOf());
        await bench.settle();
      },
    ),
  ),
];

/** What other tests of this process do at the same time is seen too: so often it is tried, each time with another blob. */
const tries = 3;

async function requireFlat(
  bench: Bench,
  use: (blob: Descriptor, look: () => Promise<void>) => Promise<void>,
  prepare: (blob: Descriptor) => Promise<void> = async () => undefined,
): Promise<void> {
  await requirePlaceElsewhere(bench);
  const peaks: number[] = [];
  for (let turn = 0; turn < tries; turn++) {
    const blob = descriptorOf(large + turn * MiB);
    await prepare(blob);
    const before = await held();
    let peak = 0;
    await use(blob, async () => {
      peak = Math.max(peak, (await held()) - before);
    });
    if (peak <= most) return;
    if (!(await isFreed(before + large / 2))) throw new NotRun(staysHere);
    if (bench.context.isStreamSent()) throw new NotRun('the `fetch` of this Node holds a stream until it is sent');
    peaks.push(Math.round(peak / MiB));
  }
  assert.fail(`it holds ${Math.min(...peaks)} of ${large / MiB} MiB at once, and may hold ${most / MiB}`);
}

/** A double of a server keeps what it was sent in the same process: there nothing can be told. */
async function requirePlaceElsewhere({ target, settle }: Bench): Promise<void> {
  const before = await held();
  await target.push(descriptorOf(small), contentOf());
  await settle();
  if (!(await isFreed(before + small / 2))) throw new NotRun(staysHere);
}

const staysHere = 'what is pushed stays in the memory of this process';

/** Is no more than that in use? What was let go of just now may be seen a moment longer. */
function isFreed(limit: number): Promise<boolean> {
  return eventually(async () => (await held()) <= limit, 500);
}

/** Bytes that are in use in this process. */
async function held(): Promise<number> {
  await collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const block = Buffer.alloc(MiB, 'a blob whose blocks are all the same; ');

/** `onPart` is called after each quarter, and before the last block is given. */
function contentOf(onPart: () => Promise<void> = async () => undefined): Content {
  return {
    read: async ({ start, end }: ByteRange, take) => {
      const memory = Buffer.alloc(MiB);
      for (let at = start; at < end; at += MiB - (at % MiB)) {
        const to = Math.min(end, at - (at % MiB) + MiB);
        const count = block.copy(memory, 0, at % MiB, (at % MiB) + to - at);
        if (to === end || (at > start && at % (large / 4) === 0)) await onPart();
        await take(memory.subarray(0, count));
      }
    },
  };
}

const known = new Map<number, Descriptor>();

function descriptorOf(size: number): Descriptor {
  const hash = createHash('sha256');
  const found = known.get(size);
  if (found) return found;
  for (let at = 0; at < size; at += MiB) hash.update(block);
  const made = { mediaType: 'application/octet-stream', digest: `sha256:${hash.digest('hex')}`, size } as const;
  known.set(size, made);
  return made;
}
