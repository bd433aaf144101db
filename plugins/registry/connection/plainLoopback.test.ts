import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { blobOf, bytesOf, contentOf, openTest, readBlob } from '../testing/openTest.ts';

const noFlag = (given: Partial<RegistryOptions> = {}) => {
  const said: string[] = [];
  return { said, options: { plainHttp: undefined, warn: (message: string) => void said.push(message), ...given } };
};

test('a registry on this machine without TLS is reached by plain HTTP, with one message', async () => {
  await using registry = await startRegistry();
  const { said, options } = noFlag();
  await using opened = openTest(registry, options);
  const bytes = bytesOf(100_000);
  const blobs = [blobOf(bytes), blobOf(Buffer.from('b')), blobOf(Buffer.from('c'))] as const;
  await Promise.all([
    opened.target.push(blobs[0], contentOf(bytes)),
    opened.target.push(blobs[1], contentOf(Buffer.from('b'))),
    opened.target.push(blobs[2], contentOf(Buffer.from('c'))),
  ]);
  assert.deepEqual(await readBlob(opened.target, blobs[0]), bytes);
  assert.deepEqual(said, [`${registry.host} is on this machine and does not speak TLS: plain HTTP is used.`]);
  assert.deepEqual(opened.pauses, [], 'nothing is retried');
});

for (const scheme of ['basic', 'bearer'] as const)
  test(`it may ask for credentials (${scheme})`, async () => {
    await using registry = await startRegistry({ auth: { scheme, username: 'me', password: 'secret' } });
    const { options } = noFlag();
    await using opened = openTest(registry, options);
    const auths = { [registry.host]: { auth: Buffer.from('me:secret').toString('base64') } };
    writeFileSync(join(opened.options.home, 'credentials.json'), JSON.stringify({ auths }));
    assert.equal(await opened.target.exists(blobOf(Buffer.from('x'))), false);
  });

test('with a setting for certificates plain HTTP is not used', async () => {
  await using registry = await startRegistry();
  const { said, options } = noFlag({ cert: '/none', key: '/none' });
  await using opened = openTest(registry, options);
  await assert.rejects(opened.target.exists(blobOf(Buffer.from('x'))));
  assert.deepEqual([said, registry.requests], [[], []]);
});

test('a server that closes the connection is not a registry without TLS', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const { said, options } = noFlag();
  await using opened = openTest({ host: `127.0.0.1:${port}` } as never, options);
  await assert.rejects(opened.target.exists(blobOf(Buffer.from('x'))), { code: 'network-failed' });
  assert.deepEqual(said, []);
  server.close();
});
