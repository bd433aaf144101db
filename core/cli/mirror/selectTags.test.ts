import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectTags } from './selectTags.ts';

const all = ['latest', 'v1.0.0', 'v1.10.0', 'v1.9.0', 'v2.0.0-rc.1', 'v2.0.0', 'run-9', 'run-12', 'nightly'];
const rule = (more: object) => ({ repository: 'm', tags: ['*'], ...more });

const cases: readonly (readonly [what: string, more: object, tags: readonly string[]])[] = [
  ['a pattern', { tags: ['run-*'] }, ['run-12', 'run-9']],
  ['several', { tags: ['latest', 'nightly'] }, ['nightly', 'latest']],
  ['versions', { semver: '^1.2' }, ['v1.10.0', 'v1.9.0']],
  ['no preview of a version', { semver: '2.x' }, ['v2.0.0']],
  ['a preview that is asked for', { semver: '>=2.0.0-0' }, ['v2.0.0', 'v2.0.0-rc.1']],
  ['the newest by version', { semver: '*', newest: 2 }, ['v2.0.0', 'v1.10.0']],
  ['the newest by number', { tags: ['run-*'], newest: 1 }, ['run-12']],
  ['nothing', { tags: ['x*'] }, []],
];

for (const [what, more, tags] of cases)
  test(`${what} is chosen`, () => assert.deepEqual(selectTags(all, rule(more)), tags));

test('a range that is none is a mistake of the policy', () => {
  assert.throws(() => selectTags(all, rule({ semver: 'newer' })), { code: 'config-invalid' });
});
