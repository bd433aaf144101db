import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { modelPaths } from './modelPaths.ts';

const of = (path: string) =>
  modelPaths({ manifestVersion: '1.0.0', model: { path, parts: [{ path: 'part/' }] } }, 'out');

test('a training resumes from no path that leads out of the directory', () => {
  for (const path of ['..', '../trap', '/elsewhere/trap', 'm/../../trap', 'm\0n'])
    assert.deepEqual(of(path), [join('out', 'part')]);
  assert.deepEqual(of('./m//n'), [join('out', 'm', 'n'), join('out', 'part')]);
  assert.deepEqual(of(''), ['out', join('out', 'part')]);
});
