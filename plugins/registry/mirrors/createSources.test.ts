import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry, type TestRegistry } from '@kitwright/testkit';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { blobOf, bytesOf, openTest, readBlob, seedKit } from '../testing/openTest.ts';
import type { MirrorCapability } from './Mirror.ts';
import { mirrorAddress } from './mirrorAddress.ts';

const [small, layer] = [bytesOf(5000), bytesOf(2_000_000)];
const name = ({ host }: TestRegistry) => `${host}/team/kit`;

/** All of the kit through a target: what the tag means, its config, a large layer. */
const readKit = async (origin: TestRegistry, options: Partial<RegistryOptions>) => {
  const warnings: string[] = [];
  const given = { warn: (message: string) => void warnings.push(message), ...options };
  await using test = openTest(origin, given, { access: 'pull' });
  const kit = await test.target.resolve(name(origin), 'v1');
  const read = [await readBlob(test.target, blobOf(small)), await readBlob(test.target, blobOf(layer))];
  return { kit, isWhole: read[0]?.equals(small) && read[1]?.equals(layer), warnings, pauses: test.pauses };
};

const mirrorsOf = (
  hosts: readonly (TestRegistry | string)[],
  capabilities: readonly MirrorCapability[] = ['pull', 'resolve'],
): Pick<RegistryOptions, 'mirrors'> => ({
  mirrors: () => [
    { hosts: hosts.map((host) => (typeof host === 'string' ? host : `http://${host.host}`)), capabilities },
  ],
});

const seed = (registry: TestRegistry, tag = 'v1') => {
  const bytes = Buffer.from(small);
  registry.content.blobs.set(blobOf(bytes).digest, bytes);
  registry.content.links.add(`team/kit ${blobOf(bytes).digest}`);
  return seedKit(registry, layer, 'team/kit', tag);
};

const pathsOf = ({ requests }: TestRegistry) => requests.map(({ method, path }) => `${method} ${path}`);

test('a mirror gives everything, and is told for which registry; the registry is asked for nothing', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  const kit = seed(mirror);
  const found = await readKit(origin, mirrorsOf([mirror]));
  assert.deepEqual([found.kit?.digest, found.isWhole, found.warnings], [kit.digest, true, []]);
  assert.deepEqual(pathsOf(origin), []);
  const ns = `?ns=${encodeURIComponent(origin.host)}`;
  assert.ok(
    pathsOf(mirror).every((line) => line.endsWith(ns)),
    pathsOf(mirror).join('\n'),
  );
});

test('hosts are asked in their order, the registry last; a host without the kit is passed over without a message', async () => {
  await using origin = await startRegistry();
  await using first = await startRegistry();
  await using second = await startRegistry();
  seed(origin);
  seed(second);
  const found = await readKit(origin, mirrorsOf([first, second]));
  assert.deepEqual([found.isWhole, found.warnings], [true, []]);
  assert.deepEqual(pathsOf(first), pathsOf(second));
  assert.deepEqual(pathsOf(origin), []);
});

test('a mirror that only pulls is not asked what a tag means', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  const kit = seed(origin);
  seed(mirror);
  mirror.content.tags.set('team/kit v1', blobOf(Buffer.from('another')).digest);
  const found = await readKit(origin, mirrorsOf([mirror], ['pull']));
  assert.deepEqual([found.kit?.digest, found.isWhole], [kit.digest, true]);
  assert.deepEqual(
    pathsOf(origin).map((line) => line.split('?')[0]),
    ['GET /v2/team/kit/manifests/v1'],
  );
});

test('a mirror that cannot be reached is asked once, without a pause, and told of once', async () => {
  await using origin = await startRegistry();
  const gone = await startRegistry();
  await gone[Symbol.asyncDispose]();
  seed(origin);
  const found = await readKit(origin, mirrorsOf([gone]));
  assert.deepEqual([found.isWhole, found.pauses, found.warnings.length], [true, [], 1]);
  assert.match(found.warnings[0] ?? '', /^127\.0\.0\.1:\d+ is of no help with .*; the next host is asked/);
});

test('a mirror that takes a connection and never answers is given up before the registry would be', async () => {
  await using origin = await startRegistry();
  seed(origin);
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  try {
    const found = await readKit(origin, { ...mirrorsOf([`https://127.0.0.1:${port}`]), mirrorDialTimeout: 50 });
    assert.deepEqual([found.isWhole, found.pauses, found.warnings.length], [true, [], 1]);
    assert.match(found.warnings[0] ?? '', new RegExp(`^127.0.0.1:${port} is of no help`));
  } finally {
    silent.close();
  }
});

const faults = {
  'a server error': { kind: 'status', status: 500 },
  'a refusal': { kind: 'status', status: 403 },
  'too many requests': { kind: 'status', status: 429, headers: { 'retry-after': '1000' } },
  'wrong bytes': { kind: 'corrupt' },
  'a cut before the answer': { kind: 'cut' },
} as const;

for (const [what, action] of Object.entries(faults))
  test(`${what} of a mirror: the registry gives it instead`, async () => {
    await using origin = await startRegistry();
    await using mirror = await startRegistry();
    const kit = seed(origin);
    seed(mirror);
    mirror.faults.push({ method: 'GET', path: new RegExp(`manifests|${blobOf(small).digest}`), action });
    const options = mirrorsOf([mirror]);
    await using test = openTest(origin, options, { access: 'pull' });
    assert.deepEqual(await test.target.resolve(name(origin), kit.digest), kit);
    assert.ok((await readBlob(test.target, blobOf(small))).equals(small));
    assert.deepEqual(test.pauses, []);
  });

test('a mirror that answers with a page for people is passed over', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  const kit = seed(origin);
  const headers = { 'content-type': 'text/html' };
  mirror.faults.push({
    method: 'GET',
    path: /manifests/,
    action: { kind: 'status', status: 200, headers, body: '<html>' },
  });
  const found = await readKit(origin, mirrorsOf([mirror]));
  assert.deepEqual([found.kit?.digest, found.isWhole, found.warnings.length], [kit.digest, true, 1]);
});

test('a mirror that is cut is asked on where it stopped, and the registry gives what it never gives', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  seed(origin);
  seed(mirror);
  mirror.faults.push({ method: 'GET', path: /blobs/, times: 1, action: { kind: 'truncate', bytes: 600_000 } });
  mirror.faults.push({ method: 'GET', path: /blobs/, action: { kind: 'cut' } });
  await using test = openTest(origin, mirrorsOf([mirror]), { access: 'pull' });
  assert.ok((await readBlob(test.target, blobOf(layer))).equals(layer));
  const [request] = origin.requests;
  assert.match(String(request?.headers['range']), /^bytes=\d{4,}-1999999$/);
});

test('a mirror that is cut after each few bytes is passed over', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  seed(origin);
  seed(mirror);
  mirror.faults.push({ method: 'GET', path: /blobs/, action: { kind: 'truncate', bytes: 1000 } });
  await using test = openTest(origin, mirrorsOf([mirror]), { access: 'pull' });
  assert.ok((await readBlob(test.target, blobOf(layer))).equals(layer));
  assert.equal(origin.requests.length, 1);
  assert.ok(mirror.requests.length < 150, String(mirror.requests.length));
});

test('a mirror that gives all of a long blob in place of a part is asked once: its answer waits for who reads all of it', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  const long = bytesOf(20_000_000);
  seedKit(mirror, long);
  mirror.faults.push({ method: 'GET', path: /blobs/, action: { kind: 'whole' } });
  await using test = openTest(origin, mirrorsOf([mirror]), { access: 'pull' });
  const part = test.target.read(blobOf(long), { start: 0, end: 16_000_000 }, () => undefined);
  await assert.rejects(part, { code: 'remote-malformed', message: /everything instead of a part/ });
  assert.ok((await readBlob(test.target, blobOf(long))).equals(long));
  assert.deepEqual([mirror.requests.length, origin.requests.length], [1, 0]);
});

test('a mirror that gives no parts and is cut: the registry gives the rest', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  const long = bytesOf(20_000_000);
  for (const registry of [origin, mirror]) seedKit(registry, long);
  mirror.faults.push({ method: 'GET', path: /blobs/, times: 1, action: { kind: 'truncate', bytes: 6_000_000 } });
  mirror.faults.push({ method: 'GET', path: /blobs/, action: { kind: 'whole' } });
  await using test = openTest(origin, mirrorsOf([mirror]), { access: 'pull' });
  assert.ok((await readBlob(test.target, blobOf(long))).equals(long));
  assert.match(String(origin.requests[0]?.headers['range']), /^bytes=[1-9]\d{5,}-19999999$/);
});

test('who reads a large blob again got wrong bytes: the next host is asked', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  seed(origin);
  seed(mirror);
  mirror.faults.push({ method: 'GET', path: /blobs/, action: { kind: 'corrupt' } });
  await using test = openTest(origin, mirrorsOf([mirror]), { access: 'pull' });
  assert.ok(!(await readBlob(test.target, blobOf(layer))).equals(layer));
  assert.ok((await readBlob(test.target, blobOf(layer))).equals(layer));
});

test('a small blob may be read as often as one likes: the mirror gives it each time', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  seed(mirror);
  await using test = openTest(origin, mirrorsOf([mirror]), { access: 'pull' });
  for (let i = 0; i < 3; i++) assert.ok((await readBlob(test.target, blobOf(small))).equals(small));
  assert.deepEqual(pathsOf(origin), []);
});

test('what the receiver throws is no failure of a mirror', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  seed(origin);
  seed(mirror);
  await using test = openTest(origin, mirrorsOf([mirror]), { access: 'pull' });
  const refuse = () => {
    throw new Error('enough');
  };
  await assert.rejects(test.target.read(blobOf(layer), { start: 0, end: layer.length }, refuse), /enough/);
  assert.deepEqual(pathsOf(origin), []);
});

test('a mirror never gets the credentials of the registry, but those for its own host', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry({ auth: { scheme: 'basic', username: 'mia', password: 'hers' } });
  seed(origin);
  seed(mirror);
  const auth = (text: string) => Buffer.from(text).toString('base64');
  for (const logins of [{}, { [mirror.host]: { auth: auth('mia:hers') } }]) {
    await using test = openTest(origin, mirrorsOf([mirror]), { access: 'pull' });
    const home = test.options.env['HOME'] ?? '';
    mkdirSync(join(home, '.docker'));
    const auths = { [origin.host]: { auth: auth('ann:secret') }, ...logins };
    writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ auths }));
    const before = origin.requests.length;
    assert.ok((await readBlob(test.target, blobOf(layer))).equals(layer));
    assert.equal(origin.requests.length - before, mirror.host in logins ? 0 : 1);
  }
  const sent = mirror.requests.map(({ headers }) => headers.authorization).filter(Boolean);
  assert.deepEqual([...new Set(sent)], [`Basic ${auth('mia:hers')}`]);
});

test('lists come from the registry, and from mirrors only if it cannot be reached', async () => {
  await using mirror = await startRegistry();
  seed(mirror, 'stale');
  const options = mirrorsOf([mirror]);
  const gone = await startRegistry();
  {
    seed(gone);
    await using test = openTest(gone, options, { access: 'pull' });
    assert.deepEqual(await Array.fromAsync(test.target.tags()), ['v1']);
  }
  await gone[Symbol.asyncDispose]();
  await using test = openTest(gone, options, { access: 'pull' });
  assert.deepEqual(await Array.fromAsync(test.target.tags()), ['stale']);
  assert.deepEqual(await test.target.findTags(name(gone), ['stale', 'v1']), ['stale']);
  assert.deepEqual(await Array.fromAsync(test.target.referrers(seed(mirror))), []);
  assert.deepEqual(test.pauses, []);
});

for (const takes of [false, true])
  test(`a push goes to ${takes ? 'the first mirror that takes one' : 'the registry where no mirror takes one'}`, async () => {
    await using origin = await startRegistry();
    await using mirror = await startRegistry();
    const options = mirrorsOf([mirror], takes ? ['push'] : ['pull', 'resolve']);
    await using test = openTest(origin, options, { access: 'push' });
    await test.target.push(blobOf(small), { read: async (_, take) => await take(small) });
    const [used, other] = takes ? [mirror, origin] : [origin, mirror];
    assert.deepEqual([used.content.blobs.size, other.requests.length], [1, 0]);
  });

test('a mirror that takes pushes is waited for as the registry is: no other host takes them', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  mirror.faults.push({ method: 'POST', path: /uploads/, times: 1, action: { kind: 'status', status: 503 } });
  mirror.faults.push({ method: 'HEAD', path: /blobs/, times: 1, action: { kind: 'status', status: 503 } });
  await using test = openTest(origin, mirrorsOf([mirror], ['push']), { access: 'push' });
  assert.equal(await test.target.exists(blobOf(small)), false);
  await test.target.push(blobOf(small), { read: async (_, take) => await take(small) });
  assert.deepEqual([mirror.content.blobs.size, test.pauses.length], [1, 2]);
});

test('a path is put before /v2, and one with v2 in it is the path of the API', async () => {
  await using origin = await startRegistry();
  await using mirror = await startRegistry();
  seed(origin);
  for (const [path, wanted] of [
    ['/sub/', '/sub/v2/team/kit/'],
    ['/v2/proxy', '/v2/proxy/team/kit/'],
  ] as const) {
    await readKit(origin, mirrorsOf([`http://${mirror.host}${path}`]));
    assert.ok(mirror.requests.at(-1)?.path.startsWith(wanted), mirror.requests.at(-1)?.path);
  }
});

for (const address of ['ftp://h', 'http://ann:secret@h', 'http://h/?q', 'http://h:0', 'h'])
  test(`${address} is no address of a mirror, and no secret is in the error`, () => {
    assert.throws(
      () => mirrorAddress(address, 'registry.test'),
      ({ code, message }: { code: string; message: string }) => code === 'usage' && !message.includes('secret'),
    );
  });
