import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createKitwright, openStore, pack } from '@kitwright/core';
import { testScanner } from '@kitwright/testkit';
import { defaultPlugins } from 'kitwright/plugins';
import plugin from '../src/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'my-plugin-'));
after(() => rm(folder, { recursive: true, force: true }));
const store = openStore(join(folder, 'store'));
const kitwright = createKitwright({ plugins: [...defaultPlugins({ home: store.root }), plugin()], threads: 1 });
after(() => kitwright.close());
const scanner = kitwright.capabilities.get('scanner', 'my-plugin');

test('an address is found with its line, and not repeated', () => {
  const findings = scanner.scan('name,mail\nAda,ada@example.com\nnobody,\n');
  assert.deepEqual(findings, [{ line: 2, what: 'e-mail address' }]);
});

describe('every rule for scanners', () =>
  testScanner(test, () => ({
    scanner,
    secrets: ['Ada,ada@example.com', 'mail: grace.hopper+1@navy.example.org'],
    name: 'people.csv',
    clean: ['a@b', '@decorator.name'],
    others: ['weights.bin'],
  })));

for (const text of ['', 'a@b', 'git@', '@decorator.name', 'x@@y.z', '5 @ 3.20'])
  test(`no address: ${text}`, () => assert.deepEqual(scanner.scan(text), []));

test('small texts are read, others are not', () => {
  assert.equal(scanner.matches('people.csv', 10), true);
  assert.equal(scanner.matches('people.csv', 1e9), false);
  assert.equal(scanner.matches('weights.bin', 10), false);
});

test('a strict pack refuses the file', async () => {
  await writeFile(join(folder, 'Kitfile'), 'manifestVersion: 1.0.0\ndatasets: [{path: people.csv}]\n');
  await writeFile(join(folder, 'people.csv'), 'Ada,ada@example.com\n');
  const packed = pack(kitwright, { directory: folder, store, strict: true });
  await assert.rejects(packed, (error: Error) => /people\.csv/.test(error.message) && !/ada@/.test(error.message));
});
