import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { testContext } from '../../testing/testContext.ts';
import { callJson } from './callService.ts';

const start = async (
  answers: readonly (readonly [status: number, body: string, headers?: Readonly<Record<string, string>>])[],
) => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(Buffer.concat(await request.toArray()).toString());
    const [status, body, headers = {}] = answers[Math.min(bodies.length, answers.length) - 1] ?? [500, ''];
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  return { url, bodies, [Symbol.dispose]: () => void server.close() };
};

const context = { ...testContext(), fetch };
const call = (url: string) => callJson({ service: 'Fulcio', url, body: 'canary-1f2e' }, context);

test('a busy service is asked again', async () => {
  using service = await start([
    [503, '', { 'retry-after': '0' }],
    [200, '{"a":1}'],
  ]);
  assert.deepEqual(await call(service.url), { a: 1 });
  assert.deepEqual(service.bodies, ['canary-1f2e', 'canary-1f2e']);
});

test('what it refuses is told with its reason, and without what was sent', async () => {
  using service = await start([[400, '{"code":3,"message":"error processing the \\u001bidentity token"}']]);
  await assert.rejects(call(service.url), ({ code, message }: Error & { code: string }) => {
    assert.equal(code, 'remote-refused');
    assert.match(message, /^Fulcio \(127\.0\.0\.1:\d+\) answered 400: error processing/);
    assert.doesNotMatch(message, /canary|\u001b/);
    return true;
  });
});

test('no redirect is followed, so nothing is sent elsewhere', async () => {
  using other = await start([[200, '{}']]);
  using service = await start([[307, '', { location: other.url }]]);
  await assert.rejects(call(service.url), { code: 'remote-refused', message: /answered 307/ });
  assert.deepEqual(other.bodies, []);
});

test('an answer without end, or that is no JSON, is refused', async () => {
  using large = await start([[200, 'x'.repeat(2 * 1024 * 1024)]]);
  await assert.rejects(call(large.url), { code: 'remote-refused', message: /more than 1048576 bytes/ });
  using text = await start([[200, 'x']]);
  await assert.rejects(call(text.url), { code: 'remote-refused', message: /cannot be read/ });
});

for (const url of ['http://example.com/x', 'ftp://127.0.0.1/x', 'nothing', 'https://user:p@example.com/'])
  test(`it is not asked at ${url}`, async () => {
    await assert.rejects(call(url), { code: 'usage' });
  });
