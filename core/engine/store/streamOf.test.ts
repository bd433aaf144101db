import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Content } from './roles.ts';
import { lentStreamOf, streamOf } from './streamOf.ts';

/** Blocks of three bytes, all in the same memory, which is wiped once it is given back. `log` hears what happens. */
const contentOf = (text: string, log: string[] = []): Content => ({
  read: async ({ start, end }, take) => {
    const memory = Buffer.alloc(3);
    for (let at = start; at < end; at += 3) {
      const block = memory.subarray(0, Math.min(3, end - at));
      block.write(text.slice(at, at + 3));
      log.push(`give ${block}`);
      await take(block);
      memory.fill('.');
    }
    log.push('end');
  },
});

const whole = { start: 0, end: 8 };

test('a stream has the bytes of the content, in memory of its own', async () => {
  const blocks = await Array.fromAsync(streamOf(contentOf('abcdefgh'), whole));
  assert.deepEqual(blocks.map(String), ['abc', 'def', 'gh']);
  assert.deepEqual(await Array.fromAsync(streamOf(contentOf('abc'), { start: 1, end: 1 })), []);
});

test('nothing is read ahead, and a block keeps its bytes until the next is asked for', async () => {
  const log: string[] = [];
  for await (const block of lentStreamOf(contentOf('abcdefgh', log), whole)) {
    await new Promise(setImmediate);
    log.push(`take ${Buffer.from(block)}`);
  }
  assert.deepEqual(log, ['give abc', 'take abc', 'give def', 'take def', 'give gh', 'take gh', 'end']);
});

test('who stops early ends the reading', async () => {
  const log: string[] = [];
  for await (const block of lentStreamOf(contentOf('abcdefgh', log), whole)) if (String(block) === 'def') break;
  assert.deepEqual(log, ['give abc', 'give def']);
});

test('a failure before, between or during blocks is thrown to who reads the stream', async () => {
  const broken = new Error('broken');
  for (const blocks of [0, 2]) {
    const failing: Content = {
      read: async (_, take) => {
        for (let i = 0; i < blocks; i++) await take(Buffer.from('x'));
        throw broken;
      },
    };
    await assert.rejects(Array.fromAsync(streamOf(failing, whole)), broken);
  }
  const impatient: Content = {
    read: async (_, take) => {
      take(Buffer.from('x'))?.catch(() => undefined);
      throw broken;
    },
  };
  await assert.rejects(Array.fromAsync(streamOf(impatient, whole)), broken);
});
