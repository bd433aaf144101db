import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createTransport } from '../support/createTransport.ts';
import { startFront } from '../support/startFront.ts';

const transport = await createTransport();
after(() => transport[Symbol.dispose]());
const trust = ['--tls-cert', transport.at('ca.pem')];

const addresses = [
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '[::1]'],
] as const;

for (const [address, name] of addresses)
  for (const tls of [true, false])
    test(`a registry at ${name} ${tls ? 'with' : 'without'} TLS`, async () => {
      await using registry = await startRegistry();
      await using front = await startFront(registry.host, { address, ...(tls ? { tls: {} } : {}) });
      await transport.roundTrip(`${name}:${front.port}/team/net:v1`, { args: tls ? trust : ['--plain-http'] });
      assert.ok(front.requests.length > 0);
    });
