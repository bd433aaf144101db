import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { describeRun } from './describeRun.ts';
import { readRun } from './readRun.ts';

const started = new Date('2026-11-26T10:00:00Z');

const fieldsOf = (command: readonly string[], env: NodeJS.ProcessEnv, directory: string) =>
  readRun(describeRun({ name: 'try', directory, command, env, started })).fields;

test('a run records its name, start, command and the ids of trackers, and no other variables', () => {
  using folder = temporaryFolder();
  const env = { WANDB_RUN_ID: 'w1', SLURM_JOB_ID: '7', WANDB_API_KEY: 'secret', AWS_SECRET: 'secret', PATH: '' };
  const { host, ...fields } = fieldsOf(['sh', 'train.sh'], env, folder.path);
  assert.ok(host);
  assert.deepEqual(fields, {
    name: 'try',
    started: '2026-11-26T10:00:00.000Z',
    command: 'sh train.sh',
    'wandb-run-id': 'w1',
    'slurm-job-id': '7',
  });
});

test('versions are those of the installation around the Python of the command, or of the active environment', () => {
  using folder = temporaryFolder();
  const packages = join(folder.path, 'venv/lib/python3.11/site-packages');
  for (const name of ['torch-2.9.0.dist-info', 'scikit_learn-1.7.dist-info', 'left_pad-1.0.dist-info', 'torch'])
    mkdirSync(join(packages, name), { recursive: true });
  mkdirSync(join(folder.path, 'venv/bin'));
  writeFileSync(join(folder.path, 'venv/pyvenv.cfg'), 'home = /usr/bin\nversion = 3.11.7\n');
  for (const [command, env] of [
    [[join(folder.path, 'venv/bin/python3')], {}],
    [['accelerate', 'launch'], { VIRTUAL_ENV: join(folder.path, 'venv') }],
  ] as const) {
    const { python, packages: versions } = fieldsOf(command, { PATH: '', ...env }, folder.path);
    assert.deepEqual([python, versions], ['3.11.7', 'scikit-learn 1.7, torch 2.9.0']);
  }
});

test('values are bounded, and control characters are escaped', () => {
  using folder = temporaryFolder();
  const fields = fieldsOf(['a\u001b[31m', 'x'.repeat(5000)], { PATH: '' }, folder.path);
  assert.equal(fields['command']?.length, 1024);
  assert.match(fields['command'] ?? '', /^'a\\u001b\[31m'/);
});
