import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { type ImportSource, maxAttempts } from '@kitwright/core/plugin';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { huggingFace } from './index.ts';
import { type Hub, startHub } from './testing/startHub.ts';

const big = Buffer.alloc(5000, 'weights ');
const files = { 'config.json': '{}', 'model.safetensors': big, '.gitattributes': 'x', 'a dir/ü#1?.txt': 'odd' };

interface Opened extends Disposable {
  readonly workspace: string;
  readonly waits: readonly number[];
  readonly open: (location?: string, revision?: string) => Promise<ImportSource>;
  readonly fetchAll: (source: ImportSource, signal?: AbortSignal) => Promise<string>;
}

/** A body that fails after its beginning: a cut connection, always at the same byte. */
const cut = (response: Response, after: number): Response => {
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>, reads: number) => {
    if (reads > 1) controller.error(new Error('cut'));
    else controller.enqueue(new Uint8Array(await response.arrayBuffer()).subarray(0, after));
  };
  let reads = 0;
  const body = new ReadableStream({ pull: (controller) => pull(controller, ++reads) }, { highWaterMark: 0 });
  const { status, headers, url } = response;
  return Object.defineProperty(new Response(body, { status, headers }), 'url', { value: url });
};

/** Cuts the first answer of the other host after 2000 bytes. */
const cuttingFetch = (hub: Hub): typeof fetch => {
  let done = false;
  return async (...args) => {
    const response = await fetch(...args);
    if (done || !response.url.startsWith(hub.cdn)) return response;
    done = true;
    return cut(response, 2000);
  };
};

const opening = (
  hub: Hub,
  env: Readonly<Record<string, string>> = {},
  send: typeof fetch = fetch,
  given?: string,
): Opened => {
  const folder = temporaryFolder();
  const workspace = given ?? folder.path;
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const kitwright = createKitwright({
    plugins: [huggingFace({ fetch: send, env: { HF_ENDPOINT: hub.url, ...env }, wait })],
  });
  const importer = kitwright.capabilities.get('importer', 'hf');
  const { signal } = new AbortController();
  return {
    workspace,
    waits,
    open: (location = 'org/net', revision) =>
      importer.open({ location, revision, token: undefined, workspace, signal }, kitwright.contextFor('hf')),
    fetchAll: (source, stop = signal) => source.fetch(source.files, { concurrency: 2, signal: stop }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
};

const contents = (directory: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(directory.length + 1), readFileSync(path, 'utf8')]),
  );

test('all files of a commit are downloaded, also with odd names, without the files of git itself', async () => {
  await using hub = await startHub({ files, pageSize: 2 });
  using on = opening(hub);
  const source = await on.open();
  assert.equal(source.commit, 'c'.repeat(40));
  assert.equal(source.uri, 'hf://org/net');
  const directory = await on.fetchAll(source);
  assert.deepEqual(contents(directory), {
    'config.json': '{}',
    'model.safetensors': big.toString(),
    'a dir/ü#1?.txt': 'odd',
  });
});

test('datasets are at their own addresses', async () => {
  await using hub = await startHub({ files, type: 'dataset' });
  using on = opening(hub);
  const source = await on.open(`${hub.url}/datasets/org/net`);
  assert.equal(source.uri, 'hf://datasets/org/net');
  assert.equal(contents(await on.fetchAll(source))['config.json'], '{}');
});

test('a branch that moves during the import does not mix two commits', async () => {
  await using hub = await startHub({ files });
  using on = opening(hub);
  const source = await on.open();
  hub.move('d'.repeat(40), { 'config.json': 'new' });
  assert.equal(contents(await on.fetchAll(source))['config.json'], '{}');
  const before = readdirSync(on.workspace);
  const later = await on.open();
  assert.deepEqual(contents(await on.fetchAll(later)), { 'config.json': 'new' });
  const after = readdirSync(on.workspace);
  assert.ok(after.length === 1 && !before.includes(after[0] ?? ''), 'the old commit is removed');
});

test('the address of the page of a revision means that revision', async () => {
  await using hub = await startHub({ files });
  using on = opening(hub);
  hub.move('d'.repeat(40), { 'config.json': 'moved' });
  const { commit } = await on.open(`${hub.url}/org/net/tree/${'c'.repeat(40)}`);
  assert.equal(commit, 'c'.repeat(40));
  assert.equal((await on.open(`${hub.url}/org/net/tree/main`)).commit, 'd'.repeat(40));
});

test('another commit than the one that was named is refused', async () => {
  await using hub = await startHub({ files });
  using on = opening(hub, {}, async (input, init) => {
    const response = await fetch(input, init);
    const isAbout = String(input).includes('/revision/');
    return isAbout ? Response.json({ _id: '1', id: 'org/net', sha: 'd'.repeat(40) }) : response;
  });
  await assert.rejects(on.open('org/net', 'c'.repeat(40)), {
    code: 'remote-malformed',
    message: /gives the commit d+ for c+/,
  });
});

test('the token is sent to the hub and to no other host', async () => {
  await using hub = await startHub({ files, token: 'secret' });
  using without = opening(hub);
  await assert.rejects(without.open(), { code: 'unauthorized', hint: /HF_TOKEN/ });
  using on = opening(hub, { HF_TOKEN: 'secret' });
  await on.fetchAll(await on.open());
  const cdn = hub.requests.filter(({ line }) => line.startsWith('cdn '));
  assert.ok(cdn.length > 0);
  for (const { authorization } of cdn) assert.equal(authorization, undefined);
});

test('the beginning of a file is requested again after a cut', async () => {
  await using hub = await startHub({ files });
  using on = opening(hub, {}, cuttingFetch(hub));
  const source = await on.open();
  assert.equal(String(await source.read('model.safetensors')), big.toString());
  assert.equal(on.waits.length, 1);
});

test('after a cut only the rest is downloaded', async () => {
  await using hub = await startHub({ files });
  using on = opening(hub, {}, cuttingFetch(hub));
  assert.equal(contents(await on.fetchAll(await on.open()))['model.safetensors'], big.toString());
  const ranges = hub.requests.filter(({ line }) => line.startsWith('cdn ')).map(({ range }) => range);
  assert.equal(ranges.length, 2);
  assert.equal(ranges[1], 'bytes=2000-');
});

test('an import resumes after a crash, and requests no complete file again', async () => {
  await using hub = await startHub({ files });
  using on = opening(hub, {}, cuttingFetch(hub));
  hub.fault({ at: /^cdn.*range/, status: 404 });
  const source = await on.open();
  const one = { concurrency: 1, signal: new AbortController().signal };
  await assert.rejects(source.fetch(source.files, one), { code: 'remote-refused' });
  const before = hub.requests.length;
  const again = await on.open();
  await again.fetch(again.files, one);
  const later = hub.requests.slice(before).filter(({ line }) => line.includes('/resolve/'));
  assert.ok(!later.some(({ line }) => line.includes('config.json')));
  assert.match(later.find(({ line }) => line.startsWith('cdn '))?.range ?? '', /^bytes=2000-/);
});

test('files that another hub sent for the same commit are not taken for those of this one', async () => {
  await using other = await startHub({ files: { ...files, 'config.json': 'no' } });
  await using hub = await startHub({ files });
  using on = opening(other);
  await on.fetchAll(await on.open());
  using later = opening(hub, {}, fetch, on.workspace);
  assert.equal(contents(await later.fetchAll(await later.open()))['config.json'], '{}');
});

test('a partial file with wrong bytes is noticed and downloaded again', async () => {
  await using hub = await startHub({ files: { 'model.safetensors': big } });
  using on = opening(hub);
  hub.fault(...Array.from({ length: maxAttempts }, () => ({ at: /^cdn/, status: 503 })));
  const source = await on.open();
  await assert.rejects(on.fetchAll(source), { code: 'network-failed' });
  const [place = ''] = readdirSync(on.workspace);
  const partials = join(on.workspace, place, 'partials');
  mkdirSync(partials, { recursive: true });
  const { createHash } = await import('node:crypto');
  writeFileSync(join(partials, createHash('sha256').update('model.safetensors').digest('hex')), 'nonsense');
  assert.equal(contents(await on.fetchAll(source))['model.safetensors'], big.toString());
});

test('a busy hub is retried after the time it names, else after growing delays, and not for ever', async () => {
  await using hub = await startHub({ files });
  using on = opening(hub);
  hub.fault({ at: /revision/, status: 429, headers: { 'retry-after': '7' } }, { at: /revision/, status: 503 });
  await on.open();
  assert.equal(on.waits[0], 7000);
  assert.ok((on.waits[1] ?? 0) > 0);
  hub.fault(...Array.from({ length: maxAttempts }, () => ({ at: /revision/, status: 500 })));
  await assert.rejects(on.open(), { code: 'network-failed' });
  hub.fault({ at: /revision/, status: 429, headers: { 'retry-after': '86400' } });
  await assert.rejects(on.open(), { code: 'remote-refused', message: /come back in 86400 s/ });
});

test('wrong bytes are downloaded once more and then refused, and never get the final name', async () => {
  await using hub = await startHub({ files: { 'config.json': '{}' } });
  using on = opening(hub);
  const wrong = { at: /resolve/, body: '[]' };
  hub.fault(wrong);
  assert.deepEqual(contents(await on.fetchAll(await on.open())), { 'config.json': '{}' });
  using again = opening(hub);
  hub.fault(wrong, wrong);
  await assert.rejects(again.fetchAll(await again.open()), { code: 'descriptor-mismatch' });
  assert.ok(!existsSync(join(again.workspace, 'c'.repeat(40), 'files/config.json')));
});

test('more bytes than promised are refused at the first extra byte', async () => {
  await using hub = await startHub({ files: { 'config.json': '{}' } });
  using on = opening(hub);
  hub.fault({ at: /resolve/, body: '{}'.repeat(100) });
  await assert.rejects(on.fetchAll(await on.open()), { code: 'descriptor-mismatch', message: /more than 2 bytes/ });
});

test('if a server ignores ranges, the download starts again and nothing is damaged', async () => {
  await using hub = await startHub({ files: { 'model.safetensors': big } });
  using on = opening(hub, {}, cuttingFetch(hub));
  hub.fault({ at: /^cdn.*range/, ignoreRange: true });
  assert.equal(contents(await on.fetchAll(await on.open()))['model.safetensors'], big.toString());
});

for (const path of ['../x', '/etc/passwd', 'a/../../x', 'a//b', 'x\0y']) {
  test(`the name ${JSON.stringify(path)} is refused before anything is downloaded`, async () => {
    await using hub = await startHub({ files, listed: [{ type: 'file', path, size: 1, oid: 'a'.repeat(40) }] });
    using on = opening(hub);
    await assert.rejects(on.open(), { code: 'unpack-refused' });
    assert.ok(!hub.requests.some(({ line }) => line.includes('/resolve/')));
  });
}

test('invalid lists are refused', async () => {
  const oid = 'a'.repeat(40);
  const lies: readonly (readonly [unknown, RegExp])[] = [
    [{ type: 'symlink', path: 'x', size: 1, oid }, /is no file/],
    [{ type: 'file', path: 'x', size: -1, oid }, /the size of "x"/],
    [{ type: 'file', path: 'x', size: 1, oid: 'z' }, /no usable hash/],
    [{ type: 'file', path: 'config.json', size: 2, oid }, /listed twice/],
    [null, /not usable/],
  ];
  for (const [entry, message] of lies) {
    await using hub = await startHub({ files, listed: [entry] });
    using on = opening(hub);
    await assert.rejects(on.open(), { code: 'remote-malformed', message });
  }
});

test('a list that goes in circles, or to another host, ends', async () => {
  const links = [(own: string) => own, () => 'http://127.0.0.1:1/api/models/org/net/tree/x'];
  for (const link of links) {
    await using hub = await startHub({ files, link });
    using on = opening(hub);
    await assert.rejects(on.open(), { code: 'remote-malformed', message: /in a circle or at another host/ });
  }
});

test('an invalid commit is refused, and a missing revision is reported as missing', async () => {
  await using hub = await startHub({ files });
  using on = opening(hub);
  hub.fault({ at: /revision/, body: '{"sha":"../x"}' });
  await assert.rejects(on.open(), { code: 'remote-malformed', message: /is no commit/ });
  await assert.rejects(on.open('org/net', 'nope'), { code: 'remote-refused', hint: /revision/ });
});

test('Ctrl-C ends a download', async () => {
  await using hub = await startHub({ files });
  using on = opening(hub);
  const controller = new AbortController();
  const source = await on.open();
  controller.abort(new Error('stop'));
  await assert.rejects(on.fetchAll(source, controller.signal), /stop/);
});
