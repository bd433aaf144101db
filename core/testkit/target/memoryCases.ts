import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Content, Descriptor } from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import { type TargetCase, targetCase } from './Bench.ts';

const mebibyte = 1024 * 1024;
const size = 32 * mebibyte;

/** Far more than buffers need, and far less than the whole. */
const limit = size / 2;

/** How much of a blob is in memory at once. */
export const memoryCases: readonly TargetCase[] = [
  targetCase('memory: a push and a stream hold a part of a blob at a time', async ({ target, settle }) => {
    const before = used();
    let during = 0;
    await target.push(
      large(),
      zeros(() => {
        during = used() - before;
      }),
    );
    await settle();
    if (used() - before > limit) throw new NotRun('the target, or its server, keeps its contents in memory');
    assert.ok(during < limit, `push held ${Math.round(during / mebibyte)} of ${size / mebibyte} MiB`);
    let seen = 0;
    for await (const bytes of target.fetch(large())) {
      const isHalf = seen < size / 2 && seen + bytes.byteLength >= size / 2;
      seen += bytes.byteLength;
      if (isHalf) assert.ok(used() - before < limit, 'fetch held most of the blob');
    }
    assert.equal(seen, size);
  }),
];

function large(): Descriptor {
  const [hash, block] = [createHash('sha256'), Buffer.alloc(mebibyte)];
  for (let at = 0; at < size; at += mebibyte) hash.update(block);
  return { mediaType: 'application/octet-stream', digest: `sha256:${hash.digest('hex')}`, size };
}

function zeros(atLast: () => void): Content {
  return {
    read: async ({ start, end }, take) => {
      const block = Buffer.alloc(mebibyte);
      for (let at = start; at < end; at += mebibyte) {
        await take(block.subarray(0, Math.min(mebibyte, end - at)));
        if (at < size - mebibyte && at + mebibyte >= size - mebibyte) atLast();
      }
    },
  };
}

/** Bytes of buffers that somebody still holds. */
function used(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What the first one frees is counted as free once the second one begins.
  for (const _ of [1, 2]) collect();
  return process.memoryUsage().arrayBuffers;
}
