import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { formula } from '../../.ci/release/formula.ts';

const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];
const archives = platforms.map((platform, i) => ({
  name: `kitwright-${platform}.tar.gz`,
  sha256: String(i).repeat(64),
}));

test('the formula names the archive of each platform with its hash', () => {
  const text = formula('1.2.3', [...archives, { name: 'kitwright-1.2.3.tgz', sha256: 'f'.repeat(64) }]);
  const downloads = [...text.matchAll(/on_(\w+) do\n {6}url "(.*)"\n {6}sha256 "(.*)"/g)].map(([, ...found]) => found);
  assert.deepEqual(
    downloads,
    archives.map(({ name, sha256 }, i) => [
      i % 2 ? 'intel' : 'arm',
      `https://github.com/kitwright/kitwright/releases/download/v1.2.3/${name}`,
      sha256,
    ]),
  );
  assert.match(text, /^class Kitwright < Formula\n/);
  assert.match(text, /\n {2}version "1\.2\.3"\n/);
});

test('each block of the formula is closed', () => {
  const lines = formula('1.2.3', archives).split('\n');
  const opened = lines.filter((line) => /^\s*(?:class|def) |\bdo$/.test(line)).length;
  assert.equal(lines.filter((line) => line.trim() === 'end').length, opened);
});

test('Ruby reads it, where there is one', (t) => {
  const { error, status, stderr } = spawnSync('ruby', ['-c'], { input: formula('1.2.3', archives), encoding: 'utf8' });
  if (error) return t.diagnostic('there is no ruby here; the blocks were counted above');
  assert.equal(status, 0, stderr);
});

test('a platform without an archive is left out; without any there is no formula', () => {
  const text = formula('1.2.3', archives.slice(3));
  assert.doesNotMatch(text, /on_macos|on_arm/);
  assert.throws(() => formula('1.2.3', []), /needs an archive/);
});
