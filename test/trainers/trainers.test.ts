import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Project } from '../support/project.ts';
import { runPython, startTraining, unpackAndCheck } from './training.ts';

/** The checkpoints that exist when the training has ended: the Trainer itself removes some. */
const frameworks = {
  huggingface: 2,
  'huggingface-told': 2,
  lightning: 11,
  'lightning-logged': 11,
  accelerate: 5,
  keras: 6,
  torch: 41,
};

for (const [name, left] of Object.entries(frameworks))
  for (const env of [{}, { STALL: '1' }])
    test(`no kit of a training with ${name}${'STALL' in env ? ' that stalls' : ''} is torn, and the last one has all`, async () => {
      using training = await startTraining(name, env);
      const counts: number[] = [];
      for (const tag of training.tags) counts.push(await unpackAndCheck(training.project, tag, name));
      console.log(`${name}: ${counts.length} kits with ${counts.join(', ')} checkpoints`);
      assert.ok(counts.length >= 3, `no kit was made while it trained:\n${training.stderr}`);
      assert.equal(counts.at(-1), left);
    });

test('each checkpoint that was written is in some kit, beside a growing metrics.csv', async () => {
  using training = await startTraining('lightning-logged', {});
  assert.doesNotMatch(training.stderr, /in no kit/);
  assert.ok(training.tags.length >= 8, `${training.tags.length} kits for 10 checkpoints`);
});

test('with a layer for each checkpoint a kit hashes only the new one', async () => {
  using training = await startTraining('huggingface', {}, ['--layers', 'per-checkpoint']);
  for (const tag of training.tags) await unpackAndCheck(training.project, tag, 'huggingface');
  const { stdout } = await training.project.run('inspect', 'run:latest');
  const { manifest } = JSON.parse(stdout) as { readonly manifest: { readonly layers: readonly unknown[] } };
  assert.equal(manifest.layers.length, 3, 'the rest of the model, and two checkpoints');
});

const restored = async (project: Project, ...flags: readonly string[]): Promise<string> => {
  mkdirSync(join(project.path, 'resumed'));
  const { code, stdout, stderr } = await project.run('--json', 'restore', 'run', ...flags, '-d', 'resumed');
  assert.equal(code, 0, stderr);
  const { checkpoint } = JSON.parse(stdout) as { readonly checkpoint: string };
  assert.ok(checkpoint, stdout);
  return checkpoint;
};

for (const name of ['huggingface-told', 'lightning-logged'])
  test(`${name} goes on from a checkpoint that restore put back, with its step and metrics`, async () => {
    using training = await startTraining(name, {});
    const { project } = training;
    const runs = JSON.parse((await project.run('--json', 'list', '--run', 'try')).stdout) as {
      readonly kits: readonly { readonly step: number | null; readonly metrics: Record<string, unknown> }[];
    };
    const step = runs.kits.findLast((kit) => kit.step !== null && kit.step < 40)?.step;
    assert.ok(step, JSON.stringify(runs));
    assert.ok(
      runs.kits.some(({ metrics }) => Object.keys(metrics).length > 0),
      'no kit has metrics',
    );
    const checkpoint = await restored(project, '--step', String(step));
    const resumed = await runPython(project, 'resume', name, 'resumed/m', checkpoint);
    assert.match(resumed.stdout, new RegExp(`resumed at ${step}\\b[\\s\\S]*ended at 44`), resumed.stderr);
  });
