import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as testkit from '@kitwright/testkit';
import { capabilities } from '../../core/create-kitwright-plugin/capabilities.ts';
import { projectRoot } from '../support/trackedFiles.ts';

/** Hooks are what a plugin as a whole is tested for; there is one network, which others wrap. */
const kinds = Object.keys(capabilities).flatMap((kind) =>
  kind === 'network' ? [] : kind === 'hooks' ? ['plugin'] : [kind],
);
const suiteOf = (kind: string) => `test${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;

test('there is a suite for each capability', () =>
  assert.deepEqual(
    kinds.map(suiteOf).filter((name) => !Object.hasOwn(testkit, name)),
    [],
  ));

test('wrong plugins hold each suite to what it should see', () =>
  assert.deepEqual(
    kinds.filter((kind) => globSync('*.test.ts', { cwd: join(projectRoot, 'core/testkit/wrong', kind) }).length === 0),
    [],
  ));

test('each template uses the suite of its capability', () => {
  const templates = join(projectRoot, 'core/create-kitwright-plugin/templates/capabilities');
  const without = Object.keys(capabilities).filter((kind) => {
    const text = readFileSync(join(templates, kind, 'test/index.test.ts'), 'utf8');
    return kind !== 'network' && !text.includes(`${suiteOf(kind === 'hooks' ? 'plugin' : kind)}(test`);
  });
  assert.deepEqual(without, []);
});

test('the guide and the README name each suite', () => {
  for (const path of ['core/engine/docs/plugins.md', 'core/testkit/README.md']) {
    const text = readFileSync(join(projectRoot, path), 'utf8');
    assert.deepEqual(
      kinds.map(suiteOf).filter((name) => !text.includes(`\`${name}\``)),
      [],
      path,
    );
  }
});
