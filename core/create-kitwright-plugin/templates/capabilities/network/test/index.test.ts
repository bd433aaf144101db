import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { definePlugin } from '@kitwright/core/plugin';
import plugin from '../src/index.ts';

const messages: string[] = [];
const surroundings = definePlugin({
  name: 'surroundings',
  apiVersion: 1,
  apply({ register, hooks }) {
    register('network', { id: 'default', fetch, credentials: async () => ({ token: 'secret' }) });
    hooks.diagnostic.tap(({ message }) => void messages.push(message));
  },
});
const kitwright = createKitwright({ plugins: [surroundings, plugin()], threads: 1 });
after(() => kitwright.close());
const server = createServer((_, response) => response.writeHead(204).end());
const listening = Promise.withResolvers<void>();
server.listen(0, '127.0.0.1', listening.resolve);
await listening.promise;
after(() => server.close());
const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
const context = kitwright.contextFor('another-plugin');

test('requests of plugins are told, without what may be secret', async () => {
  await context.fetch(`http://${host}/path?token=secret`, { method: 'PUT', body: 'text' });
  await context.fetch(new URL(`http://${host}`));
  const expected = [`PUT ${host}: 204`, `GET ${host}: 204`];
  assert.deepEqual(
    messages,
    expected.map((message) => `kitwright-plugin-my-plugin: ${message}`),
  );
});

test('the rest of the network is as it was', async () => {
  assert.deepEqual(await context.credentials(host), { token: 'secret' });
});
