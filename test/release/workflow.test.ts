import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { satisfies } from 'semver';
import { executableName, platforms } from '../../.ci/release/executable/platformOf.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const read = (...path: readonly string[]) => readFileSync(join(projectRoot, ...path), 'utf8');
const workflow = read('.github', 'workflows', 'release.yml');

test('the workflow that makes a release is the one of which SECURITY.md says that it signs', () =>
  assert.match(read('SECURITY.md'), /--certificate-identity \S+\/\.github\/workflows\/release\.yml@refs\/tags\/v/));

test('it has one Node, of the line of this project and no older: the executable holds it', () => {
  const { devDependencies } = JSON.parse(read('package.json')) as { readonly devDependencies: Record<string, string> };
  const versions = [...workflow.matchAll(/node-version: (\S+) /g)].map(([, version]) => version);
  assert.ok(versions.length > 1);
  const [version = '', ...others] = new Set(versions);
  assert.deepEqual(others, []);
  assert.ok(satisfies(version, `^${devDependencies['node']}`), version);
});

test('it makes the executable of each platform, by a program that exists', () => {
  const files = [...workflow.matchAll(/file: (\S+) \}/g)].map(([, file]) => file);
  const wanted = platforms.filter((platform) => platform !== 'win-arm64').map(executableName);
  assert.deepEqual(files.sort(), wanted.sort());
  for (const [path] of workflow.matchAll(/\.ci\/release\/[\w./]+/g))
    assert.ok(existsSync(join(projectRoot, path)), path);
});

test('no job may do more than it needs, and no step of others gets its token', () => {
  assert.match(workflow, /^permissions: \{\}$/m);
  assert.equal(workflow.match(/actions\/checkout/g)?.length, workflow.match(/persist-credentials: false/g)?.length);
});
