import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonicalize } from '@tufjs/canonical-json';
import { keylessVectors } from '../testing/keylessVectors.ts';
import { testContext } from '../testing/testContext.ts';
import { publicRoot, publicSeed } from './publicRoot.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' });
const key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: spki.subarray(-32).toString('hex') } };
const keyid = createHash('sha256').update(canonicalize(key)).digest('hex');

/** Signed metadata (The Update Framework 1.0, 4). */
const signed = (type: string, rest: object, expires = '2999-01-01T00:00:00Z') => {
  const value = { _type: type, spec_version: '1.0.31', version: 1, expires, ...rest };
  const sig = sign(null, Buffer.from(canonicalize(value)), privateKey).toString('hex');
  return Buffer.from(JSON.stringify({ signatures: [{ keyid, sig }], signed: value }));
};

const role = { keyids: [keyid], threshold: 1 };
const root = signed('root', {
  consistent_snapshot: true,
  keys: { [keyid]: key },
  roles: { root: role, timestamp: role, snapshot: role, targets: role },
});
const trusted = Buffer.from(keylessVectors.trustedRoot);
const sha256 = createHash('sha256').update(trusted).digest('hex');

const files = (change: Readonly<Record<string, Buffer>> = {}): Readonly<Record<string, Buffer>> => ({
  '/timestamp.json': signed('timestamp', { meta: { 'snapshot.json': { version: 1 } } }),
  '/1.snapshot.json': signed('snapshot', { meta: { 'targets.json': { version: 1 } } }),
  '/1.targets.json': signed('targets', {
    targets: { 'trusted_root.json': { length: trusted.length, hashes: { sha256 } } },
  }),
  [`/targets/${sha256}.trusted_root.json`]: trusted,
  ...change,
});

const mirror = 'https://tuf.example.com';
const repository = { mirror, root };

/** A machine with a home, and a mirror that has these files. */
const machine = () => {
  const home = mkdtempSync(join(tmpdir(), 'root-'));
  const [asked, warnings]: [string[], string[]] = [[], []];
  const context = (served: Readonly<Record<string, Buffer>>) => ({
    ...testContext(),
    home,
    logger: { warn: (text: string) => void warnings.push(text), debug: () => undefined },
    fetch: async (url: string | URL | Request) => {
      const { pathname } = new URL(String(url));
      asked.push(pathname);
      const bytes = served[pathname];
      return bytes ? new Response(new Uint8Array(bytes)) : new Response('', { status: 404 });
    },
  });
  return { asked, warnings, context, [Symbol.dispose]: () => rmSync(home, { recursive: true }) };
};

const isTrusted = ({ certificates }: { readonly certificates: ReadonlySet<string> }) =>
  [...certificates].every((certificate) => keylessVectors.trustedRoot.includes(certificate));

test('the root is verified and kept, and nobody is asked while it counts', async () => {
  using desk = machine();
  assert.ok(isTrusted(await publicRoot(desk.context(files()), repository)));
  const before = desk.asked.length;
  assert.ok(before > 0 && isTrusted(await publicRoot(desk.context({}), repository)));
  assert.equal(desk.asked.length, before);
  assert.deepEqual(desk.warnings, []);
});

test('what is changed, signed by nobody or too old is not taken: that of this version is, with a warning', async () => {
  const old = signed('timestamp', { meta: { 'snapshot.json': { version: 1 } } }, '2020-01-01T00:00:00Z');
  const [target = ''] = Object.keys(files()).filter((path) => path.endsWith('trusted_root.json'));
  for (const change of [
    { [target]: Buffer.from(keylessVectors.trustedRoot.replace('2020', '2010')) },
    { '/timestamp.json': Buffer.from(String(files()['/timestamp.json']).replace('"version":1', '"version":2')) },
    { '/timestamp.json': old },
  ]) {
    using desk = machine();
    const found = await publicRoot(desk.context(files(change)), repository);
    assert.deepEqual(found.certificates, publicSeed().certificates);
    assert.match(desk.warnings.join(), /could not be refreshed, so that of this version is used/);
  }
});

test('a mirror that is silent is not waited for at each file', async () => {
  using desk = machine();
  const silent: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      const { signal } = init as { signal: AbortSignal };
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      if (signal.aborted) reject(signal.reason as Error);
    });
  const found = await publicRoot({ ...desk.context({}), fetch: silent }, { ...repository, patience: 50 });
  assert.deepEqual(found.certificates, publicSeed().certificates);
  assert.match(desk.warnings.join(), /could not be refreshed/);
});
