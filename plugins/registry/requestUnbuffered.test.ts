import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { TakeBlock } from '@kitwright/core/plugin';
import { startRegistry } from '@kitwright/testkit';
import { lazyAgent } from './connection/lazyAgent.ts';
import { openRepository } from './openRepository.ts';
import { blobOf, bytesOf, openTest, readBlob, seedKit } from './testing/openTest.ts';

/** Enough for connections with reused memory. */
const bytes = bytesOf(9_000_000);
const blob = blobOf(bytes);

/** A server with a raw answer for every request, even byte by byte. */
const withServer = async (answer: (socket: Socket) => Promise<void>, run: (port: number) => Promise<void>) => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('data', () => void answer(socket).catch(() => undefined)));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  try {
    await run((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
};

const written = (socket: Socket, part: Uint8Array | string): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.write(part, (error) => (error ? reject(error) : resolve()));
  return promise;
};

/** A receiver that holds each block over several turns of the event loop, and then copies it. */
const holding = (parts: Buffer[]): TakeBlock => {
  let isHeld = false;
  return async (block) => {
    assert.equal(isHeld, false, 'a block came before the previous one was released');
    isHeld = true;
    for (let i = 0; i < 5; i++) await setImmediate();
    parts.push(Buffer.from(block));
    isHeld = false;
  };
};

test('small and large pieces give the same bytes', () =>
  withServer(
    async (socket) => {
      await written(socket, 'HTTP/1.1 200 OK\r\ncontent-le');
      await written(socket, `ngth: ${bytes.byteLength}\r\n\r\n`);
      let at = 0;
      for (let size = 1; at < bytes.byteLength; size = (size * 3) % 70_001) {
        await written(socket, bytes.subarray(at, at + size));
        at += size;
      }
    },
    async (port) => {
      await using registry = await startRegistry();
      await using repository = openTest(registry);
      const agent = lazyAgent(repository.options);
      const slow = { registry: `localhost:${port}`, repository: 'team/kit' };
      const target = openRepository(slow, 'pull', agent, repository.options);
      assert.ok((await readBlob(target, blob)).equals(bytes));
      const parts: Buffer[] = [];
      await target.read(blob, { start: 0, end: blob.size }, holding(parts));
      assert.ok(Buffer.concat(parts).equals(bytes));
      await agent.destroy();
    },
  ));

test('parallel parts do not disturb each other', async () => {
  await using registry = await startRegistry();
  seedKit(registry, bytes);
  await using repository = openTest(registry);
  const ranges = Array.from({ length: 6 }, (_, i) => ({ start: i * 70_000, end: i * 70_000 + 8_500_000 }));
  const parts = await Promise.all(ranges.map((range) => readBlob(repository.target, blob, range)));
  ranges.forEach(({ start, end }, i) => {
    assert.ok(parts[i]?.equals(bytes.subarray(start, end)));
  });
});

test('a block that is held keeps its bytes, and no other block comes', async () => {
  await using registry = await startRegistry();
  seedKit(registry, bytes);
  await using repository = openTest(registry);
  const parts: Buffer[] = [];
  await repository.target.read(blob, { start: 0, end: blob.size }, holding(parts));
  assert.ok(Buffer.concat(parts).equals(bytes));
});

test('a block that is held for less than a turn of the event loop is released too', async () => {
  await using registry = await startRegistry();
  seedKit(registry, bytes);
  await using repository = openTest(registry);
  const parts: Buffer[] = [];
  await repository.target.read(blob, { start: 0, end: blob.size }, async (block) => {
    await Promise.resolve();
    parts.push(Buffer.from(block));
  });
  assert.ok(Buffer.concat(parts).equals(bytes));
});

test('a connection that ends while a block is held still gives its remaining bytes', () =>
  withServer(
    async (socket) => {
      await written(socket, `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${bytes.byteLength}\r\n\r\n`);
      await written(socket, bytes);
      socket.end();
    },
    async (port) => {
      await using registry = await startRegistry();
      await using repository = openTest(registry);
      const agent = lazyAgent(repository.options);
      const closing = { registry: `127.0.0.1:${port}`, repository: 'a/b' };
      const parts: Buffer[] = [];
      const target = openRepository(closing, 'pull', agent, repository.options);
      await target.read(blob, { start: 0, end: blob.size }, holding(parts));
      assert.ok(Buffer.concat(parts).equals(bytes));
      await agent.destroy();
    },
  ));

test('an asynchronous error of the receiver ends the reading too', async () => {
  await using registry = await startRegistry();
  seedKit(registry, bytes);
  await using repository = openTest(registry);
  const full = new Error('the disk is full');
  const refuse = async () => {
    await setImmediate();
    throw full;
  };
  await assert.rejects(repository.target.read(blob, { start: 0, end: blob.size }, refuse), full);
  assert.equal(registry.requests.length, 1);
});

test('after a cut no block comes before the last one was released', async () => {
  await using registry = await startRegistry();
  seedKit(registry, bytes);
  registry.faults.push({ method: 'GET', path: /blobs/, times: 2, action: { kind: 'truncate', bytes: 1_000_000 } });
  await using repository = openTest(registry);
  const parts: Buffer[] = [];
  await repository.target.read(blob, { start: 0, end: blob.size }, holding(parts));
  assert.ok(Buffer.concat(parts).equals(bytes));
});

test('an error of the receiver ends the reading and is thrown', async () => {
  await using registry = await startRegistry();
  seedKit(registry, bytes);
  await using repository = openTest(registry);
  const full = new Error('the disk is full');
  const reading = repository.target.read(blob, { start: 0, end: blob.size }, () => {
    throw full;
  });
  await assert.rejects(reading, full);
  assert.equal(registry.requests.length, 1);
});

test('a cancelled reading ends with the reason', async () => {
  await using registry = await startRegistry();
  seedKit(registry, bytes);
  const cancel = new AbortController();
  await using repository = openTest(registry, { signal: cancel.signal });
  const reason = new Error('enough');
  const reading = repository.target.read(blob, { start: 0, end: blob.size }, () => cancel.abort(reason));
  await assert.rejects(reading, reason);
});

test('a refusal is reported with the message of the registry', async () => {
  await using registry = await startRegistry();
  seedKit(registry, bytes);
  await using repository = openTest(registry);
  const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'not today' }] });
  registry.faults.push({ method: 'GET', path: /blobs/, action: { kind: 'status', status: 403, body } });
  await assert.rejects(readBlob(repository.target, blob), { code: 'unauthorized', message: /DENIED: not today/ });
});

test('a connection that stalls is treated as cut; the next one resumes there', async () => {
  let connections = 0;
  await withServer(
    async (socket) => {
      if (++connections > 1) {
        const rest = bytes.subarray(1_000_000);
        const range = `bytes 1000000-${bytes.byteLength - 1}/${bytes.byteLength}`;
        await written(
          socket,
          `HTTP/1.1 206 Part\r\ncontent-length: ${rest.byteLength}\r\ncontent-range: ${range}\r\n\r\n`,
        );
        await written(socket, rest);
        return;
      }
      await written(socket, `HTTP/1.1 200 OK\r\ncontent-length: ${bytes.byteLength}\r\n\r\n`);
      await written(socket, bytes.subarray(0, 1_000_000));
    },
    async (port) => {
      await using registry = await startRegistry();
      await using repository = openTest(registry, { stallTimeout: 20 });
      const agent = lazyAgent(repository.options);
      const target = openRepository(
        { registry: `127.0.0.1:${port}`, repository: 'a/b' },
        'pull',
        agent,
        repository.options,
      );
      assert.ok((await readBlob(target, blob)).equals(bytes));
      await agent.destroy();
    },
  );
  assert.equal(connections, 2);
});

test('a refusal without an end is not read to its end', () =>
  withServer(
    async (socket) => {
      await written(socket, 'HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n');
      while (!socket.destroyed) await written(socket, `10000\r\n${'x'.repeat(65_536)}\r\n`);
    },
    async (port) => {
      await using registry = await startRegistry();
      await using repository = openTest(registry);
      const agent = lazyAgent(repository.options);
      const target = openRepository({ registry: `127.0.0.1:${port}`, repository: 'a/b' }, 'pull', agent, {
        ...repository.options,
      });
      await assert.rejects(readBlob(target, blob), { code: 'remote-refused' });
      await agent.destroy();
    },
  ));
