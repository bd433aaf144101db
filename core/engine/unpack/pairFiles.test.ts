import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairFiles } from './pairFiles.ts';

const files = (...paths: readonly string[]) => paths.map((path) => ({ path }));

test('files are compared at their path, and else with the last one of their name', () => {
  const found = pairFiles(files('same', 'run-9/w', 'run-10/w', 'gone'), files('run-11/w', 'same', 'new', 'run-2/w'));
  assert.deepEqual(
    found.map((pair) => pair.map(({ path }) => path)),
    [
      ['same', 'same'],
      ['run-10/w', 'run-11/w'],
    ],
  );
});

test('as many names as files are paired in linear time', { timeout: 30_000 }, () => {
  const of = (folder: string) => files(...Array.from({ length: 100_000 }, (_, i) => `${folder}/${i}.pt`));
  assert.equal(pairFiles(of('a'), of('b')).length, 100_000);
});
