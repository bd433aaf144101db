import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitLocation } from './splitLocation.ts';

test('a location is a path, with an optional tag or digest', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  assert.deepEqual(splitLocation('kits'), { path: 'kits', references: [] });
  assert.deepEqual(splitLocation('kits:v1'), { path: 'kits', references: ['v1'] });
  assert.deepEqual(splitLocation('kits:v1,latest'), { path: 'kits', references: ['v1', 'latest'] });
  assert.deepEqual(splitLocation('kits:v1,b/c'), { path: 'kits:v1,b/c', references: [] });
  assert.deepEqual(splitLocation(`kits@${digest}`), { path: 'kits', references: [digest] });
  assert.deepEqual(splitLocation('C:\\kits'), { path: 'C:\\kits', references: [] });
  assert.deepEqual(splitLocation('C:\\kits:v1'), { path: 'C:\\kits', references: ['v1'] });
  assert.deepEqual(splitLocation('/a:b/kit.tar'), { path: '/a:b/kit.tar', references: [] });
});
