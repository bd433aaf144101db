import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createTransport } from '../support/createTransport.ts';
import { startFront } from '../support/startFront.ts';

const transport = await createTransport();
after(() => transport[Symbol.dispose]());
const { at } = transport;
const args = ['--tls-cert', at('ca.pem')];

/** The config of Docker with a login for a host. */
function dockerConfig(host: string, login: string): string {
  const folder = at('docker');
  mkdirSync(folder, { recursive: true });
  const auths = { [host]: { auth: Buffer.from(login).toString('base64') } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }));
  return folder;
}

test('blobs at another host are downloaded there, without the credentials of the registry', async () => {
  await using registry = await startRegistry({ auth: { scheme: 'basic', username: 'ann', password: 'secret' } });
  await using copy = await startRegistry();
  await using storage = await startFront(copy.host, { tls: {} });
  await using front = await startFront(registry.host, {
    tls: {},
    redirect: ({ method, url = '' }) => {
      if (method !== 'GET' || !url.includes('/blobs/sha256:')) return undefined;
      for (const [digest, bytes] of registry.content.blobs) copy.content.blobs.set(digest, bytes);
      for (const link of registry.content.links) copy.content.links.add(link);
      return `https://127.0.0.1:${storage.port}${url}`;
    },
  });
  const host = `localhost:${front.port}`;
  await transport.roundTrip(`${host}/team/net:v1`, { args, env: { DOCKER_CONFIG: dockerConfig(host, 'ann:secret') } });
  assert.ok(front.requests.some(({ authorization }) => authorization?.startsWith('Basic ')));
  assert.ok(storage.requests.length > 0);
  assert.ok(storage.requests.every(({ authorization }) => authorization === undefined));
});

test('a registry without TLS may redirect to another host without TLS', async () => {
  await using registry = await startRegistry({ family: 'Google' });
  await transport.roundTrip(`${registry.host}/team/net:v1`, { args: ['--plain-http'] });
  assert.ok(registry.requests.some(({ method }) => method === 'storage GET'));
});

test('a redirect from TLS to a URL without it is refused', async () => {
  await using registry = await startRegistry({ family: 'Google' });
  await using front = await startFront(registry.host, { tls: {} });
  const reference = `localhost:${front.port}/team/net:v1`;
  assert.equal((await transport.push(reference, { args })).code, 0);
  const { code, stderr } = await transport.run({ args }, '--config', 'fresh', 'unpack', reference, '-d', 'out');
  assert.notEqual(code, 0);
  assert.match(stderr, /remote-malformed: .*redirected to an address without encryption/);
  assert.ok(!registry.requests.some(({ method }) => method.startsWith('storage')));
});
