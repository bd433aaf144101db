import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { exampleLines } from '../support/exampleLines.ts';
import { guideLines } from '../support/guideLines.ts';
import { projectRoot, trackedFiles } from '../support/trackedFiles.ts';

const tests = globSync(['test/cli/*.test.ts', 'test/interop/*.test.ts'], { cwd: projectRoot })
  .map((path) => readFileSync(join(projectRoot, path), 'utf8'))
  .join('\n');

test('each guide begins with at most ten commands to copy, and a test runs them', () => {
  const guides = globSync('core/cli/guides/*.md', { cwd: projectRoot }).map((path) => basename(path, '.md'));
  assert.ok(guides.length >= 8);
  for (const name of guides) {
    const commands = guideLines(name)
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    assert.ok(commands.length <= 10, name);
    assert.ok(tests.includes(`guideLines('${name}')`), name);
  }
});

test('each example runs from its page in two commands, and a test runs them', () => {
  const examples = globSync('examples/*/README.md', { cwd: projectRoot }).map((path) => path.split(/[\\/]/)[1] ?? '');
  assert.ok(examples.length >= 5);
  for (const name of examples) {
    assert.equal(exampleLines(name).length, 2);
    assert.ok(tests.includes(`exampleLines('${name}')`) || tests.includes(`['${name}', /`), name);
  }
});

test('nothing names a container image of ours: nobody has pushed one', () => {
  const image = /\b(?:ghcr\.io|docker\.io|quay\.io)\/kitwright\b/;
  const naming = trackedFiles().filter(
    (path) => !path.endsWith('guides.test.ts') && image.test(readFileSync(join(projectRoot, path), 'latin1')),
  );
  assert.deepEqual(naming, []);
});
