import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../testing/startServer.ts';
import { createFetch } from './createFetch.ts';

const options = { home: '', env: {}, userAgent: 'kitwright/test', signal: new AbortController().signal };

/** A server that sends answers before the one that is waited for (RFC 9110, 15.2.2), one after the other. */
const informing = (count: number) =>
  startServer((_, response) => {
    const next = (left: number) => {
      if (response.destroyed) return;
      if (left === 0) return void response.end('there');
      response.writeProcessing();
      setImmediate(next, left - 1);
    };
    next(count);
  });

test('some answers that only inform are passed over', async () => {
  await using server = await informing(20);
  assert.equal(await (await createFetch(options)(server.url)).text(), 'there');
});

test('a server that informs for ever is not waited for', async () => {
  await using server = await informing(Number.POSITIVE_INFINITY);
  await assert.rejects(
    createFetch(options)(server.url),
    ({ cause }: { readonly cause?: { readonly code?: string } }) => {
      return cause?.code === 'UND_ERR_HEADERS_TIMEOUT';
    },
  );
});
