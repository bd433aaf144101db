import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOfBody } from './startOfBody.ts';

async function* blocks(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text);
}

test('the first bytes are given, and no more is read than is needed', async () => {
  const body = blocks('ab', 'cd', 'ef');
  assert.equal(Buffer.from(await startOfBody(body, 3)).toString(), 'abc');
  assert.equal((await body.next()).done, true);
  assert.equal(Buffer.from(await startOfBody(blocks('ab', 'c'), 10)).toString(), 'abc');
});

test('a body of which a byte comes now and then is not waited for', async () => {
  await assert.rejects(startOfBody(blocks('a', 'b'), 10, -1), { code: 'network-failed' });
});
