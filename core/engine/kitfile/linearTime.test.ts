import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skillFrontMatter } from './generate/skillFrontMatter.ts';
import { kitfileYaml } from './kitfileYaml.ts';
import { parseKitfile } from './parseKitfile.ts';
import { validateKitfile } from './validateKitfile.ts';

const million = 1_000_000;

test('a text with a long gap is written in linear time', { timeout: 20_000 }, () => {
  const name = `a${'\n'.repeat(million)}b`;
  assert.ok(kitfileYaml({ manifestVersion: '1.0.0', package: { name } }).length > million);
});

for (const text of [']', '}', '[]', '{} ', '"\n'])
  test(`a file of millions of mistakes is refused soon: ${JSON.stringify(text)}`, { timeout: 60_000 }, () => {
    const bytes = Buffer.from(text.repeat(million));
    assert.throws(() => parseKitfile(bytes, 'Kitfile'), { code: 'kitfile-invalid' });
    assert.deepEqual(skillFrontMatter(Buffer.concat([Buffer.from('---\n'), bytes, Buffer.from('\n---\n')])), {});
  });

test('many remote datasets and many paths are compared in linear time', { timeout: 60_000 }, () => {
  const entries = (of: (i: number) => string) => Array.from({ length: 20_000 }, (_, i) => `- ${of(i)}\n`).join('');
  const datasets = entries((i) => `{path: d${i}, remotePath: "a/b:c"}`);
  const text = `manifestVersion: 1.0.0\ndatasets:\n${datasets}code:\n${entries((i) => `path: c${i}/x`)}`;
  const source = parseKitfile(Buffer.from(text), 'Kitfile');
  assert.deepEqual(
    validateKitfile(source, () => true, ['s3']),
    [],
  );
});
