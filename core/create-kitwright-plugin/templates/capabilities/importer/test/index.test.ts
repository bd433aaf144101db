import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import plugin from '../src/index.ts';

const kitwright = createKitwright({ plugins: [plugin()], threads: 1 });
after(() => kitwright.close());
const importer = kitwright.capabilities.get('importer', 'my-plugin');
const commit = 'a'.repeat(40);

/** Imports from a server that answers with these texts; an `index.json` is made of the first ones. */
async function importFrom(texts: Readonly<Record<string, string>>, served: Readonly<Record<string, string>> = texts) {
  const files = Object.entries(texts).map(([path, text]) => ({
    path,
    size: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  }));
  const all: Readonly<Record<string, string>> = { 'index.json': JSON.stringify({ commit, files }), ...served };
  const server = createServer(({ url = '' }, response) => {
    const text = all[decodeURIComponent(url.replace('/models/tiny/', ''))];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const workspace = await mkdtemp(join(tmpdir(), 'my-plugin-'));
  const { signal } = new AbortController();
  try {
    const location = `my-plugin:http://127.0.0.1:${(server.address() as AddressInfo).port}/models/tiny`;
    const request = { location, revision: undefined, token: undefined, workspace, signal };
    const source = await importer.open(request, kitwright.contextFor('my-plugin'));
    const directory = await source.fetch(source.files, { concurrency: 2, signal });
    const read = source.files.map(({ path }) => readFile(join(directory, path), 'utf8'));
    return { repository: source.repository, commit: source.commit, texts: await Promise.all(read) };
  } finally {
    server.close();
    await rm(workspace, { recursive: true, force: true });
  }
}

test('locations are known by their word', () => {
  assert.equal(importer.matches('my-plugin:https://example.com/models/tiny'), true);
  assert.equal(importer.matches('https://example.com/models/tiny'), false);
  for (const location of ['my-plugin:', 'my-plugin:ftp://a/b', 'my-plugin:https://u:p@a/b', 'my-plugin:https://a/?t=1'])
    assert.throws(() => importer.repositoryOf(location), { code: 'usage' });
});

test('all files are downloaded', async () => {
  const imported = await importFrom({ 'README.md': '# Tiny\n', 'weights/a b.bin': 'weights' });
  assert.deepEqual(imported, { repository: 'models/tiny', commit, texts: ['# Tiny\n', 'weights'] });
});

test('other bytes than those of the index are refused', async () => {
  for (const text of ['WEIGHTS', 'weights and more', 'weigh'])
    await assert.rejects(importFrom({ 'a.bin': 'weights' }, { 'a.bin': text }), { code: 'descriptor-mismatch' });
});

test('a path out of the folder is refused', async () => {
  for (const path of ['../a', '/a', 'a/../../b', ''])
    await assert.rejects(importFrom({ [path]: 'x' }), { code: 'unpack-refused' }, path);
});

for (const index of ['{}', '[]', 'no JSON', `{"commit":"${commit}","files":[null]}`])
  test(`refused: ${index}`, async () => {
    await assert.rejects(importFrom({}, { 'index.json': index }), { name: 'KitwrightError' });
  });
