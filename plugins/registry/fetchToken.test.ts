import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitwrightError } from '@kitwright/core/plugin';
import type { LazyAgent } from './connection/lazyAgent.ts';
import type { Credential } from './credentials/dockerConfig.ts';
import { fetchToken } from './fetchToken.ts';

/** Requests a token through an agent that only records the host of the request. */
async function ask(registry: string, realm: string, credential?: Credential): Promise<readonly string[]> {
  const asked: string[] = [];
  const agent = {
    // Names are resolved by the proxy, so nobody is asked for them here.
    proxyOf: () => 'proxy.example.com',
    get: async () => ({
      request: ({ origin }: { readonly origin: string }) => {
        asked.push(origin);
        throw new KitwrightError('network-failed', 'Nobody is there.');
      },
    }),
  } as unknown as LazyAgent;
  const challenge = { scheme: 'bearer', parameters: { realm, service: 'x' } };
  const { signal } = new AbortController();
  const code = () => (asked.length ? 'network-failed' : 'unauthorized');
  await assert.rejects(
    fetchToken(agent, new URL(registry), challenge, [], credential, signal),
    (error: KitwrightError) => error.code === code(),
  );
  return asked;
}

const credentials: readonly (Credential | undefined)[] = [
  undefined,
  { username: 'ann', password: 'secret' },
  { refreshToken: 'secret' },
];

const refused: readonly (readonly [registry: string, realm: string])[] = [
  ['https://r.example.com', 'http://169.254.169.254/latest/token'],
  ['https://r.example.com', 'http://tokens.example.com/token'],
  ['https://r.example.com', 'http://r.example.com/token'],
  ['https://r.example.com', 'http://127.0.0.1:8080/token'],
  ['https://r.example.com', 'http://[::1]/token'],
  ['https://127.0.0.1:5000', 'http://0.0.0.0:8080/token'],
  ['https://localhost:5000', 'http://localhost:8080/token'],
  ['http://r.example.com', 'http://169.254.169.254/latest/token'],
  ['http://r.example.com', 'http://localhost/token'],
  ['http://r.example.com', 'http://r.example.com:8080/token'],
  ['http://localhost:5000', 'http://127.0.0.1.example.com/token'],
  ['http://localhost:5000', 'file:///etc/passwd'],
  ['http://localhost:5000', 'ftp://localhost/token'],
];

for (const [registry, realm] of refused)
  test(`${registry} may not lead to ${realm}`, async () => {
    for (const credential of credentials) assert.deepEqual(await ask(registry, realm, credential), []);
  });

const taken: readonly (readonly [registry: string, realm: string, asked: string])[] = [
  ['https://r.example.com', 'https://auth.example.com/token', 'https://auth.example.com'],
  ['https://r.example.com', '/token', 'https://r.example.com'],
  ['http://r.example.com', 'http://r.example.com/token', 'http://r.example.com'],
  ['http://r.example.com', 'https://auth.example.com/token', 'https://auth.example.com'],
  ['http://localhost:5000', 'http://127.0.0.1:5001/token', 'http://127.0.0.1:5001'],
];

for (const [registry, realm, asked] of taken)
  test(`${registry} may name ${realm}`, async () => {
    for (const credential of credentials) assert.deepEqual(await ask(registry, realm, credential), [asked]);
  });
