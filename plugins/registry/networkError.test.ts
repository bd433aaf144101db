import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { Agent, request } from 'undici';
import { isRetriable, networkError } from './networkError.ts';

/** What comes of a request that is answered with these bytes. */
const failureOf = async (answer: string) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  const url = new URL(`http://127.0.0.1:${port}/v2/`);
  const dispatcher = new Agent();
  try {
    await request(url, { dispatcher });
  } catch (error) {
    return networkError({ method: 'GET', url } as Parameters<typeof networkError>[0], error);
  } finally {
    await dispatcher.destroy();
    server.close();
  }
  return assert.fail('It was an answer.');
};

for (const [what, answer, message] of [
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', /failed: it does not speak HTTP\.$/],
  ['TLS', '\u0015\u0003\u0001\0\u0002\u0002\u0016', /failed: it does not speak HTTP\.$/],
  [
    'headers without an end',
    `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}`,
    /the headers of its answer are too long\.$/,
  ],
] as const)
  test(`an answer that is ${what} is named, and not asked for again`, async () => {
    const error = await failureOf(answer);
    assert.match(error.message, message);
    assert.equal(isRetriable(error), false);
  });

test('an answer that is cut off within its headers may be whole the next time', async () => {
  const error = await failureOf('HTTP/1.1 200 OK\r\nContent-Le');
  assert.match(error.message, /failed: the connection was cut\.$/);
  assert.equal(isRetriable(error), true);
});
