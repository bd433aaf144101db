import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { createAuthorizer } from '../authorizer.ts';
import { createClient } from '../createClient.ts';
import { authority, clientCertificate, clientKey, serverCertificate, serverKey } from '../testing/certificates.ts';
import { startTlsServer } from '../testing/startTlsServer.ts';
import { createFetch } from './createFetch.ts';
import { lazyAgent } from './lazyAgent.ts';

const asking = { ca: authority, requestCert: true, rejectUnauthorized: false };

/** Answers each request with a redirect. */
async function startLeading(location: string) {
  const server = createServer({ cert: serverCertificate, key: serverKey, ...asking }, (_, response) =>
    response.writeHead(307, { location }).end(),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: new URL(`https://localhost:${(server.address() as AddressInfo).port}/v2/`),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The options of a user with a certificate. */
function certified(folder: string) {
  const files = { 'ca.pem': authority, 'client.pem': clientCertificate, 'client.key': clientKey };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const [ca, cert, key] = Object.keys(files).map((name) => join(folder, name));
  const { signal } = new AbortController();
  return { home: folder, userAgent: '', signal, env: {}, tlsCerts: [ca ?? ''], cert, key };
}

test('the certificate of the user is for the host that was named, and for none to which that one leads', async () => {
  using folder = temporaryFolder();
  await using other = await startTlsServer(asking);
  const there = `https://localhost:${other.port}/`;
  await using leading = await startLeading(there);
  const options = certified(folder.path);
  const send = createFetch(options);
  assert.equal(await (await send(there)).text(), 'client');
  assert.equal(await (await send(leading.url)).text(), 'nobody');
  assert.equal(await (await send(there, { referrer: leading.url.href })).text(), 'nobody');
});

test('nor for storage of a registry: by a redirect, or the address of an upload', async () => {
  using folder = temporaryFolder();
  await using other = await startTlsServer(asking);
  const there = new URL(`https://localhost:${other.port}/`);
  await using leading = await startLeading(there.href);
  const options = certified(folder.path);
  const agent = lazyAgent(options);
  const ask = async (origin: URL, request: { method: 'GET' | 'PUT'; url: URL }) => {
    const client = createClient(origin, agent, createAuthorizer(origin, origin.host, '', agent, options), options);
    const parts: Buffer[] = [];
    await (await client.send(request, [])).read((bytes) => void parts.push(Buffer.from(bytes)));
    return Buffer.concat(parts).toString();
  };
  try {
    assert.equal(await ask(there, { method: 'GET', url: there }), 'client');
    assert.equal(await ask(leading.url, { method: 'GET', url: leading.url }), 'nobody');
    assert.equal(await ask(leading.url, { method: 'PUT', url: there }), 'nobody');
  } finally {
    await agent.destroy();
  }
});
