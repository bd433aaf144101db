import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { test } from 'node:test';
import { type Dashboard, serveDashboard } from './serveDashboard.ts';
import { kitEvent, startEvent } from './testing/events.ts';

const serve = (): Promise<Dashboard> =>
  serveDashboard('/project', [startEvent, kitEvent(1)], { now: () => 1_790_000_000_000 });

const ask = async (url: string, options: RequestOptions = {}): Promise<IncomingMessage> => {
  const sent = request(url, options);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
};

const statusOf = async (url: string, options?: RequestOptions) => {
  const response = await ask(url, options);
  response.destroy();
  return response.statusCode;
};

/** Reads until the stream has told `count` things. */
const readStream = async (response: IncomingMessage, count: number): Promise<readonly string[]> => {
  let text = '';
  for await (const chunk of response) {
    text += chunk;
    const told = text.split('\n\n').filter((part) => part.includes('data:'));
    if (told.length >= count) return told;
  }
  throw new Error(`The stream ended after ${JSON.stringify(text)}.`);
};

test('the page is on the loopback interface, behind its token', async () => {
  await using dashboard = await serve();
  const { hostname, pathname, origin } = new URL(dashboard.url);
  assert.equal(hostname, '127.0.0.1');
  assert.match(pathname, /^\/[0-9a-f]{32}\/$/);
  assert.equal(await statusOf(dashboard.url), 200);
  assert.equal(await statusOf(dashboard.url, { method: 'HEAD' }), 200);
  for (const path of ['/', '/events', `/${'0'.repeat(32)}/`, `${pathname}other`, `${pathname}events/more`])
    assert.equal(await statusOf(`${origin}${path}`), 404, path);
});

test('another name for this machine and other pages are refused', async () => {
  await using dashboard = await serve();
  const { port } = new URL(dashboard.url);
  for (const headers of [
    { host: 'attacker.example' },
    { host: `attacker.example:${port}` },
    { host: '127.0.0.1:1' },
    { origin: 'http://attacker.example' },
    { origin: 'null' },
  ])
    assert.equal(await statusOf(dashboard.url, { headers }), 403, JSON.stringify(headers));
  assert.equal(await statusOf(dashboard.url, { headers: { origin: `http://127.0.0.1:${port}` } }), 200);
});

test('it is read-only, and no cache keeps it', async () => {
  await using dashboard = await serve();
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    assert.equal(await statusOf(dashboard.url, { method }), 405);
  const { headers } = await ask(dashboard.url);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
});

test('a page hears all events, then those that come, and after a cut those that it missed', async () => {
  await using dashboard = await serve();
  const first = await ask(`${dashboard.url}events`);
  const told = readStream(first, 3);
  dashboard.tell(kitEvent(2));
  assert.deepEqual(
    (await told).map((part) => /id: (\d+)/.exec(part)?.[1]),
    ['1', '2', '3'],
  );
  const again = await ask(`${dashboard.url}events`, { headers: { 'last-event-id': '2' } });
  const [missed = ''] = await readStream(again, 1);
  assert.match(missed, /^id: 3\ndata: \{"type":"kit"/);
});

test('the last look is told to those who come later', async () => {
  await using dashboard = await serve();
  dashboard.look({ at: 1, elapsed: 2, files: 3, next: 4 });
  const told = await readStream(await ask(`${dashboard.url}events`), 3);
  assert.equal(told.at(-1), 'event: look\ndata: {"at":1,"elapsed":2,"files":3,"next":4}');
});
