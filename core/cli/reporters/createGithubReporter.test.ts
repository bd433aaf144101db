import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KitwrightError } from '@kitwright/core/internal';
import { createGithubReporter } from './createGithubReporter.ts';

test('layers are grouped, the kit becomes an output and a summary', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-test-'));
  try {
    const env = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    const lines: string[] = [];
    const { event } = createGithubReporter((line) => lines.push(line), env);
    event({ type: 'plan', layers: 1, files: 1, bytes: 2048 });
    event({ type: 'layer-start', layer: 'model', path: 'a|b', bytes: 2048, files: 1 });
    event({
      type: 'layer-done',
      layer: 'model',
      role: 'model',
      digest: 'sha256:1',
      bytes: 2048,
      hashed: 2048,
      reused: false,
      existed: false,
    });
    event({ type: 'stored', digest: 'sha256:2', tags: ['v1'] });
    assert.deepEqual(lines, ['::group::Packing 1 layers, 2.0 KiB', 'model: 2.0 KiB hashed', '::endgroup::']);
    assert.equal(readFileSync(env.GITHUB_OUTPUT, 'utf8'), 'digest=sha256:2\n');
    assert.match(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8'), /\| model \| a b \| 2\.0 KiB \| 2\.0 KiB \| built \|/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('errors become annotations, and cannot start another command', () => {
  const lines: string[] = [];
  const { failure } = createGithubReporter((line) => lines.push(line), {});
  const source = { file: 'a,b:Kitfile', line: 3, column: 5 };
  failure?.(new KitwrightError('kitfile-invalid', 'bad 100%\n::set-output::x', { source }));
  assert.deepEqual(lines, [
    '::error file=a%2Cb%3AKitfile,line=3,col=5,title=kitfile-invalid::bad 100%25%0A::set-output::x',
  ]);
});
