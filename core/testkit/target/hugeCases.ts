import assert from 'node:assert/strict';
import type { Content, Descriptor } from '@kitwright/core/plugin';
import { type TargetCase, targetCase } from './Bench.ts';
import { fetchAll } from './reading.ts';
import { wrap } from './samples.ts';

const tail = Buffer.from('after 4 GiB');

/** 4 GiB of zeros and a tail; its digest was computed once. */
const huge: Descriptor = {
  mediaType: 'application/octet-stream',
  digest: 'sha256:930951d86b8e4d202340720f5a994b7f758aa4ae1088e0e6a060748b3f5be868',
  size: wrap + tail.byteLength,
};

const content: Content = {
  read: async ({ start, end }, take) => {
    const zeros = Buffer.alloc(4 * 1024 * 1024);
    for (let at = start; at < Math.min(end, wrap); at += zeros.byteLength)
      await take(zeros.subarray(0, Math.min(zeros.byteLength, wrap - at, end - at)));
    if (end > wrap) await take(Buffer.from(tail.subarray(Math.max(0, start - wrap), end - wrap)));
  },
};

/** More than 4 GiB: a target that is right stores them, so this is for those who ask for it. */
export const hugeCases: readonly TargetCase[] = [
  targetCase('huge: a blob of more than 4 GiB arrives whole', async ({ target, settle }) => {
    await target.push(huge, content);
    await settle();
    assert.equal(await target.exists(huge), true);
    const range = { start: wrap - 2, end: huge.size };
    assert.equal((await fetchAll(target, huge, range)).toString(), `\0\0${tail}`);
    assert.equal((await fetchAll(target, huge, { start: wrap + 6, end: wrap + 7 })).toString(), '4');
  }),
];
