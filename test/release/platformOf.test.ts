import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { executableName, platformOf } from '../../.ci/release/executable/platformOf.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const platform = (...bytes: readonly (readonly [at: number, hex: string])[]): string => {
  using folder = temporaryFolder();
  const header = Buffer.alloc(256);
  for (const [at, hex] of bytes) Buffer.from(hex, 'hex').copy(header, at);
  writeFileSync(join(folder.path, 'node'), header);
  return platformOf(join(folder.path, 'node'));
};
const windows = [
  [0, '4d5a'],
  [0x3c, '80'],
  [0x80, '50450000'],
] as const;

test('a program says for which platform it is', () => {
  assert.equal(platform([0, '7f454c46'], [18, '3e00']), 'linux-x64');
  assert.equal(platform([0, '7f454c46'], [18, 'b700']), 'linux-arm64');
  assert.equal(platform([0, 'cffaedfe07000001']), 'darwin-x64');
  assert.equal(platform([0, 'cffaedfe0c000001']), 'darwin-arm64');
  assert.equal(platform(...windows, [0x84, '6486']), 'win-x64');
  assert.equal(platform(...windows, [0x84, '64aa']), 'win-arm64');
});

test('anything else is refused', () => {
  assert.throws(() => platform([0, '7f454c46'], [18, '0300']), /is no Node of/);
  assert.throws(() => platform([0, '4d5a'], [0x3c, 'ffffffff']), /is no Node of/);
  assert.throws(() => platform(), /is no Node of/);
});

test('only Windows has a suffix', () =>
  assert.deepEqual((['linux-x64', 'win-x64'] as const).map(executableName), [
    'kitwright-linux-x64',
    'kitwright-win-x64.exe',
  ]));
