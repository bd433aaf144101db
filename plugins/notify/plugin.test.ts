import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { testPlugin } from '@kitwright/testkit';
import notify from './index.ts';

for (const status of [204, 500])
  describe(`a webhook that answers ${status}`, () =>
    testPlugin(test, async ({ secret }) => {
      const server = createServer((request, response) => {
        request.resume().on('end', () => response.writeHead(status, { connection: 'close' }).end());
      });
      const listening = Promise.withResolvers<void>();
      server.listen(0, '127.0.0.1', listening.resolve);
      await listening.promise;
      const { port } = server.address() as AddressInfo;
      return {
        plugin: notify({ url: `http://127.0.0.1:${port}/hooks/${secret}`, on: ['stored', 'unpacked'] }),
        dispose: () => {
          server.closeAllConnections();
          server.close();
        },
      };
    }));
