import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { testImporter } from '@kitwright/testkit';
import plugin from '../src/index.ts';

const kitwright = createKitwright({ plugins: [plugin()], threads: 1 });
after(() => kitwright.close());
const importer = kitwright.capabilities.get('importer', 'my-plugin');

/** A web server with these files below `/models/tiny/`, and an index of them. */
async function serve(first: Readonly<Record<string, string>>) {
  let [texts, indexed, commit] = [first, first, 'a'.repeat(40)];
  const index = () => {
    const files = Object.entries(indexed).map(([path, text]) => ({
      path,
      size: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
    }));
    return JSON.stringify({ commit, files });
  };
  const server = createServer(({ url = '' }, response) => {
    const path = decodeURIComponent(url.replace('/models/tiny/', ''));
    const text = path === 'index.json' ? index() : texts[path];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Gives other texts than the index says. */
    change: (changed: Readonly<Record<string, string>>) => {
      texts = { ...texts, ...changed };
    },
    /** Is another commit. */
    move: (files: Readonly<Record<string, string>>) => {
      [texts, indexed, commit] = [files, files, createHash('sha1').update(JSON.stringify(files)).digest('hex')];
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('every rule for importers', () => {
  const files = { 'README.md': '# Tiny\n', 'weights/a b.bin': 'weights '.repeat(10_000) };
  testImporter(test, async (context) => {
    const { origin, change, move, close } = await serve(files);
    const address = `my-plugin:${await context.through(origin)}/models`;
    return {
      importer,
      location: `${address}/tiny`,
      files,
      token: context.secret,
      missing: `${address}/none`,
      others: ['https://example.com/models/tiny', 'owner/name'],
      damage: (path) => change({ [path]: 'damaged' }),
      move: (moved) => move(Object.fromEntries(Object.entries(moved).map(([path, bytes]) => [path, String(bytes)]))),
      hostile: (path) => {
        move({ [path]: 'evil' });
        return `${address}/tiny`;
      },
      dispose: close,
    };
  });
});

test('locations are known by their word', () => {
  assert.equal(importer.matches('my-plugin:https://example.com/models/tiny'), true);
  assert.equal(importer.matches('https://example.com/models/tiny'), false);
  for (const location of ['my-plugin:', 'my-plugin:ftp://a/b', 'my-plugin:https://u:p@a/b', 'my-plugin:https://a/?t=1'])
    assert.throws(() => importer.repositoryOf(location), { code: 'usage' });
});
