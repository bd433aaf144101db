import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectBody } from './collectBody.ts';

const tooLarge = () => new Error('too large');

test('a body of exactly the limit is given whole, and an answer without one is empty', async () => {
  const body = ReadableStream.from([Buffer.from('ab'), Buffer.from('cd')]);
  assert.equal((await collectBody(new Response(body), 4, tooLarge)).toString(), 'abcd');
  assert.equal((await collectBody(new Response(null), 0, tooLarge)).length, 0);
});

test('of a body that is larger no more is read than shows it', async () => {
  let sent = 0;
  let isClosed = false;
  async function* endless() {
    try {
      for (;;) yield Buffer.alloc(++sent);
    } finally {
      isClosed = true;
    }
  }
  await assert.rejects(collectBody(new Response(ReadableStream.from(endless())), 10, tooLarge), /too large/);
  assert.ok(sent < 8, String(sent));
  assert.ok(isClosed);
});

test('a body of which a byte comes now and then is not waited for', async () => {
  async function* slow() {
    for (;;) yield Buffer.alloc(1);
  }
  const body = ReadableStream.from(slow());
  await assert.rejects(collectBody(new Response(body), 10, tooLarge, -1), { code: 'network-failed' });
});
