import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeBody } from './takeBody.ts';

const text = 'abc'.repeat(400_000);

async function taken(response: Response): Promise<string> {
  const parts: Buffer[] = [];
  await takeBody(response, async (bytes) => {
    await Promise.resolve();
    parts.push(Buffer.from(bytes));
  });
  return Buffer.concat(parts).toString();
}

test('a body of bytes, a stream made by hand and no body are taken to their end', async () => {
  assert.equal(await taken(new Response(text)), text);
  const blocks = [Buffer.from('one'), Buffer.from('two')].values();
  const stream = new ReadableStream({
    pull: (controller) => {
      const { done, value } = blocks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  assert.equal(await taken(new Response(stream)), 'onetwo');
  assert.equal(await taken(new Response(null, { status: 204 })), '');
});

test('what is thrown for a block is thrown, and the body is given up', async () => {
  let isGivenUp = false;
  const stream = new ReadableStream({
    pull: (controller) => controller.enqueue(Buffer.from('x')),
    cancel: () => {
      isGivenUp = true;
    },
  });
  const full = new Error('the disk is full');
  const refuse = () => {
    throw full;
  };
  await assert.rejects(takeBody(new Response(stream), refuse), full);
  await assert.rejects(takeBody(new Response(text), refuse), full);
  assert.ok(isGivenUp);
});
