import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skillName } from './skillName.ts';

const named = (path: string, declared?: string, prompt?: string): string =>
  skillName({ declared, prompt, path, repository: 'team/my-model' });

test('a skill is called what it calls itself, else what the Kitfile calls it', () => {
  assert.equal(named('x/SKILL.md', 'Code Review!', 'other'), 'code-review');
  assert.equal(named('x/SKILL.md', undefined, 'other'), 'other');
  assert.equal(named('x/SKILL.md', '***', 'other'), 'other');
});

test('else it is called by its folder or file, else by the repository', () => {
  assert.equal(named('tools/SKILL.md'), 'tools');
  assert.equal(named('a/tools/'), 'tools');
  assert.equal(named('a\\tools\\SKILL.md'), 'tools');
  assert.equal(named('a/review.prompt.md'), 'review.prompt');
  assert.equal(named('SKILL.md'), 'my-model');
  assert.equal(
    skillName({ declared: undefined, prompt: undefined, path: 'SKILL.md', repository: '' }),
    'unnamed-skill',
  );
});

test('no name leaves the folder of skills, and none is too long for a file system', () => {
  assert.equal(named('x', '../../../etc/passwd'), 'etc-passwd');
  assert.equal(named('x', '...'), 'x');
  assert.equal(named('x', 'a'.repeat(300)).length, 255);
});
