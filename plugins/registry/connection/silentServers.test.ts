import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { createPluginFetch } from './createPluginFetch.ts';

/** Takes connections, and nothing of what is sent. */
async function startSilent() {
  const open: Socket[] = [];
  const server = createServer((socket) => void open.push(socket.on('error', () => undefined).pause()));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

const hurried = () =>
  createPluginFetch({
    home: '',
    userAgent: '',
    signal: new AbortController().signal,
    env: {},
    stallTimeout: 100,
    wait: async () => undefined,
  });

test('a server that does not answer what is only read is given up', async () => {
  await using silent = await startSilent();
  await assert.rejects(hurried()(silent.url), { code: 'network-failed', message: /Headers Timeout/ });
});

test('a server that stops reading what is streamed to it is given up', async () => {
  await using silent = await startSilent();
  const block = Buffer.alloc(1024 * 1024);
  async function* endless() {
    for (;;) yield block;
  }
  const init: object = { method: 'PUT', body: ReadableStream.from(endless()), duplex: 'half' };
  await assert.rejects(hurried()(silent.url, init), { code: 'network-failed', message: /stopped/ });
});
