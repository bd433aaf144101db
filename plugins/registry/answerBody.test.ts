import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Agent, request } from 'undici';
import { streamedBody, unbufferedBody } from './answerBody.ts';
import { requestUnbuffered } from './requestUnbuffered.ts';

/** A server whose answers never end: a byte comes now and then. */
async function startDripping() {
  const server = createServer((_, response) => {
    const timer = setInterval(() => response.write('x'), 5);
    response.on('close', () => clearInterval(timer));
    response.write('x');
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const agent = new Agent();
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    agent,
    [Symbol.asyncDispose]: async () => {
      await agent.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

const patience = 20;

test('an unwanted body that does not end is left', { timeout: 20_000 }, async () => {
  await using server = await startDripping();
  const answer = await request(server.origin, { dispatcher: server.agent });
  await streamedBody(answer, 'GET', patience).discard();
  assert.ok(answer.body.destroyed);
});

test('so is one on a connection with reused memory', { timeout: 20_000 }, async () => {
  await using server = await startDripping();
  const asked = { origin: server.origin, path: '/', method: 'GET' } as const;
  const answer = await requestUnbuffered(server.agent, asked, new AbortController().signal);
  await unbufferedBody(answer, patience).discard();
});
