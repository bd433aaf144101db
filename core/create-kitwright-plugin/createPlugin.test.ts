import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlugin } from './createPlugin.ts';

test('where no folder can be made the system says so, and it ends', {
  skip: process.platform !== 'linux' && 'this system has no /proc',
}, () => {
  const names = { folder: '/proc/x/y', packageName: 'kitwright-plugin-y', id: 'y' };
  assert.throws(() => createPlugin({ ...names, capability: 'hooks', language: 'typescript' }), /ENOENT/);
});
