import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KitwrightError, type KitwrightEvent } from '@kitwright/core/internal';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { createGithubReporter } from './createGithubReporter.ts';

const layer = (id: string, reused = false): KitwrightEvent => ({
  type: 'layer-done',
  layer: id,
  role: 'model',
  digest: 'sha256:1',
  bytes: 2048,
  hashed: 2048,
  reused,
  existed: false,
});

/** What a run writes: lines, and the files of outputs and summaries. */
const run = (events: readonly KitwrightEvent[]) => {
  using folder = temporaryFolder();
  const env = { GITHUB_OUTPUT: join(folder.path, 'output'), GITHUB_STEP_SUMMARY: join(folder.path, 'summary') };
  const lines: string[] = [];
  const { event, close } = createGithubReporter((line) => lines.push(line), env);
  for (const each of events) event(each);
  close();
  const [output, summary] = [env.GITHUB_OUTPUT, env.GITHUB_STEP_SUMMARY].map((path) =>
    existsSync(path) ? readFileSync(path, 'utf8') : '',
  );
  return { lines, output, summary };
};

const plan: KitwrightEvent = { type: 'plan', layers: 1, files: 1, bytes: 2048 };

test('layers are grouped, the kit becomes an output and a summary', () => {
  const { lines, output, summary } = run([
    plan,
    { type: 'layer-start', layer: 'model', path: 'a|b', bytes: 2048, files: 1 },
    layer('model'),
    { type: 'stored', digest: 'sha256:2', names: ['net:v1', 'net:v2'], tags: ['v1', 'v2'] },
  ]);
  assert.deepEqual(lines, ['::group::Packing 1 layers, 2.0 KiB', 'model: 2.0 KiB hashed', '::endgroup::']);
  assert.equal(output, 'digest=sha256:2\ndigests={"net:v1":"sha256:2","net:v2":"sha256:2"}\n');
  assert.match(summary ?? '', /### Packed net:v1, net:v2[\s\S]*\| model \| a b \| 2\.0 KiB \| 2\.0 KiB \| built \|/);
});

test('each of several kits has its digest and its summary, with its own layers', () => {
  const { output, summary } = run([
    plan,
    { type: 'layer-start', layer: 'model', path: 'one.bin', bytes: 2048, files: 1 },
    layer('model'),
    { type: 'stored', digest: 'sha256:2', names: ['one:v1'], tags: ['v1'] },
    plan,
    layer('model', true),
    { type: 'stored', digest: 'sha256:3', names: ['two:v1'], tags: ['v1'] },
  ]);
  assert.equal(output, 'digests={"one:v1":"sha256:2","two:v1":"sha256:3"}\n');
  assert.equal(summary?.match(/one\.bin/g)?.length, 1);
  assert.match(summary ?? '', /### Packed two:v1\n\n`sha256:3`/);
});

test('no kit, no outputs', () => assert.deepEqual(run([plan]).output, ''));

test('files are named from the root of the repository', () => {
  const lines: string[] = [];
  const { failure } = createGithubReporter((line) => lines.push(line), { GITHUB_WORKSPACE: process.cwd() });
  for (const file of ['a/Kitfile', join(process.cwd(), 'a', 'Kitfile'), join(tmpdir(), 'Kitfile')])
    failure?.(new KitwrightError('usage', 'x', { source: { file, line: 2 } }));
  assert.deepEqual(lines, [
    '::error file=a/Kitfile,line=2,title=usage::x',
    '::error file=a/Kitfile,line=2,title=usage::x',
    `::error file=${join(tmpdir(), 'Kitfile')},line=2,title=usage::x`,
  ]);
});

test('errors become annotations, and their text cannot start another command', () => {
  const lines: string[] = [];
  const { failure } = createGithubReporter((line) => lines.push(line), {});
  const source = { file: 'a,b:Kitfile', line: 3, column: 5 };
  failure?.(new KitwrightError('kitfile-invalid', 'bad 100%\n::set-output::x', { source }));
  assert.deepEqual(lines, [
    '::error file=a%2Cb%3AKitfile,line=3,col=5,title=kitfile-invalid::bad 100%25%0A::set-output::x',
  ]);
});
