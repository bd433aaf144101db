import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannedLayer } from '../host/nouns.ts';
import { leftOutText, refuseLeftOut } from './checkLeftOut.ts';

const layerOf = (...paths: readonly string[]): readonly PlannedLayer[] => [
  {
    files: paths.map((path) => ({
      path: path.replace(/\/$/, ''),
      type: path.endsWith('/') ? 'directory' : 'file',
      fingerprint: { size: 1 },
    })),
  } as unknown as PlannedLayer,
];

test('each name of the list is found, wherever it lies, in any case', () => {
  for (const path of [
    ...['.env', 'a/.env.local', '.DS_Store', 'Thumbs.db', 'a/DESKTOP.INI', 'ehthumbs.db', '_netrc', '.npmrc', 'x.pyc'],
    ...['x.PYO', 'a/b~', '#x#', '.#x', '._x', 'a/.x.swp', 'm.egg-info', '.git', '.directory', '.git-credentials'],
  ])
    assert.equal(leftOutText(layerOf(path)), `What belongs in no kit as a rule is packed: ${path}.`, path);
});

test('a directory is named once, with the files in it', () => {
  assert.equal(
    leftOutText(layerOf('.git/', '.git/HEAD', '.git/hooks/', '.git/hooks/a', 'p/node_modules/x/.env', 'ok.py', 'ok/')),
    'What belongs in no kit as a rule is packed: .git/ (2 files), p/node_modules/ (1 file).',
  );
});

test('more than five are counted', () => {
  assert.match(
    leftOutText(layerOf(...Array.from({ length: 8 }, (_, i) => `${i}/.env`))) ?? '',
    /0\/\.env, .*4\/\.env and 3 more\.$/,
  );
});

test('everything else passes', () => {
  const layers = layerOf(
    'model.safetensors',
    'env',
    'a/git/x',
    '.gitignore',
    '.env.example',
    'c.py',
    'data/e.csv',
    'o',
  );
  assert.equal(leftOutText(layers), undefined);
  refuseLeftOut(layers);
  assert.throws(() => refuseLeftOut(layerOf('.env')), { code: 'private-files' });
});
