import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBomb } from '../../../test/support/startBomb.ts';
import { unencodedFetch } from './unencodedFetch.ts';

const send = unencodedFetch(fetch);

test('a body in an encoding that was not asked for is refused, whatever is on top of what', async () => {
  for (const encoding of ['gzip', 'GZIP', 'gzip, gzip', 'br', 'zstd', 'identity, gzip', 'x-gzip', 'nonsense']) {
    await using server = await startBomb(encoding);
    await assert.rejects(send(server.origin), (error: Error & { code: string; hint: string; data: object }) => {
      assert.equal(error.code, 'remote-malformed');
      assert.match(error.message, /^127\.0\.0\.1:\d+ answered with an encoding that was not requested: "[a-z, -]+"\.$/);
      assert.match(error.hint, /without Content-Encoding/);
      return true;
    });
    assert.deepEqual(server.asked, ['identity']);
  }
});

test('an answer that says no success is given without its body', async () => {
  await using server = await startBomb('gzip, gzip', 404);
  const answer = await send(server.origin);
  assert.deepEqual([answer.status, await answer.text()], [404, '']);
});

test('what has no body is given: nothing is decoded', async () => {
  await using server = await startBomb();
  assert.equal((await send(server.origin, { method: 'HEAD' })).status, 200);
});

test('who asks for an encoding gets it, and no two of them', async () => {
  const headers = { 'accept-encoding': 'br;q=0.5, gzip' };
  await using once = await startBomb('gzip');
  assert.ok((await (await send(once.origin, { headers })).arrayBuffer()).byteLength > 0);
  assert.deepEqual(once.asked, ['br;q=0.5, gzip']);
  await using twice = await startBomb();
  await assert.rejects(send(twice.origin, { headers }), { code: 'remote-malformed' });
});

test('with a range identity is asked for once', async () => {
  await using server = await startBomb('identity');
  for (const headers of [{ range: 'bytes=0-1' }, new Headers({ range: 'bytes=0-1' })])
    await (await send(server.origin, { headers })).body?.cancel();
  await (await send(new Request(server.origin, { headers: { range: 'bytes=0-1' } }))).body?.cancel();
  assert.deepEqual(server.asked, ['identity', 'identity', 'identity']);
});
