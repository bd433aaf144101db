import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKitwright, openStore, pack } from '@kitwright/core';
import { layerTypes } from '@kitwright/layer-types';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import notify from './index.ts';

const packageName = '@everyone <!channel> [win](https://evil.example.com) `x` *y*';

test('the name of a kit addresses nobody and makes no link in a chat', async () => {
  const told = Promise.withResolvers<string>();
  const server = createServer(async (request, response) => {
    told.resolve(Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString());
    response.writeHead(204, { connection: 'close' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  using folder = temporaryFolder();
  const kitwright = createKitwright({
    plugins: [layerTypes(), notify({ url: `http://127.0.0.1:${port}/`, on: ['stored'] })],
  });
  try {
    const kitfile = { manifestVersion: '1.0.0', package: { name: packageName }, code: [{ path: 'a' }] };
    writeFileSync(join(folder.path, 'a'), 'a');
    writeFileSync(join(folder.path, 'Kitfile'), JSON.stringify(kitfile));
    await pack(kitwright, { directory: folder.path, store: openStore(join(folder.path, 'home')) });
    const { name, text, content } = JSON.parse(await told.promise) as Record<string, string>;
    assert.equal(name, packageName);
    assert.equal(content, text);
    assert.match(text ?? '', /^kitwright: stored sha256:[0-9a-f]{64} everyone !channel win\(https:.*\) x y$/);
  } finally {
    await kitwright.close();
    server.close();
  }
});
