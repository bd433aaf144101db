import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';

/** Writes one checkpoint, as the Trainer of Hugging Face does. */
const training = (step: number, loss: string) => `
  const { mkdirSync, writeFileSync } = require('node:fs');
  const checkpoint = 'project/m/checkpoint-${step}';
  mkdirSync(checkpoint, { recursive: true });
  writeFileSync(checkpoint + '/notes.txt', 'weights of step ${step}');
  writeFileSync(checkpoint + '/trainer_state.json',
    '{"global_step": ${step}, "log_history": [{"eval_loss": ${loss}, "step": ${step}}]}');
`;

const watch = (project: Project, step: number, loss: string) =>
  project.run(
    ...['watch', 'project', '-t', 'run', '--tag-template', 'run-{n}', '--best', 'eval_loss:min', '--'],
    ...[process.execPath, '-e', training(step, loss)],
  );

const tagsOf = async (project: Project) => (await project.run('list', '--format', '{{.Tags}}')).stdout;

test('the tag "best" moves to the kit whose metric is best, over restarts of the watch, and never to NaN', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/config': '1' });
  const first = await watch(project, 10, '2.5');
  assert.match(first.stderr, /run:best .*\(best\)$/m);
  for (const [step, loss] of [
    [20, '3.5'],
    [30, 'NaN'],
    [40, '-Infinity'],
  ] as const) {
    const { code, stderr } = await watch(project, step, loss);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /best/);
  }
  const { digest } = JSON.parse((await project.run('--json', 'info', 'run:best')).stdout) as { digest: string };
  assert.match(await tagsOf(project), /\[best run-[12]\]/);
  await watch(project, 50, '2.25');
  const moved = JSON.parse((await project.run('--json', 'info', 'run:best')).stdout) as { digest: string };
  assert.notEqual(moved.digest, digest);
});

test('a metric without a direction is a usage error', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/w': '1' });
  const { code, stderr } = await project.run('watch', 'project', '-t', 'run', '--best', 'loss', '--', 'true');
  assert.equal(code, 2);
  assert.match(stderr, /--best must be METRIC:min or METRIC:max/);
});
