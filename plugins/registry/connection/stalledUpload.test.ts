import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { createPluginFetch } from './createPluginFetch.ts';

test('a server that stops reading what is streamed to it is given up', async () => {
  const open: Socket[] = [];
  const server = createServer((socket) => void open.push(socket.on('error', () => undefined).pause()));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const { signal } = new AbortController();
  const send = createPluginFetch({ home: '', userAgent: '', signal, env: {}, stallTimeout: 100 });
  const block = Buffer.alloc(1024 * 1024);
  async function* endless() {
    for (;;) yield block;
  }
  const init: object = { method: 'PUT', body: ReadableStream.from(endless()), duplex: 'half' };
  try {
    await assert.rejects(send(`http://127.0.0.1:${port}/file`, init), { code: 'network-failed', message: /stopped/ });
  } finally {
    for (const socket of open) socket.destroy();
    server.close();
  }
});
