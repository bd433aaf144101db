import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';

/** Writes one checkpoint after the other, as the Trainer of Hugging Face does, and waits until each is in a kit. */
const training = (losses: readonly number[]) => `
  const { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
  for (const name of readdirSync('project/m').filter((name) => name.startsWith('checkpoint-')))
    rmSync('project/m/' + name, { recursive: true });
  const kits = () => (existsSync('kits') ? readFileSync('kits', 'utf8').split('\\n').length - 1 : 0);
  const losses = ${JSON.stringify(losses)};
  let waiting = kits();
  const next = (n) => {
    if (kits() < waiting) return setTimeout(next, 20, n);
    if (n === losses.length) return;
    const step = (n + 1) * 10;
    mkdirSync('project/m/checkpoint-' + step, { recursive: true });
    writeFileSync('project/m/checkpoint-' + step + '/notes.txt', 'weights of step ' + step + ' ' + losses[n]);
    writeFileSync('project/m/checkpoint-' + step + '/trainer_state.json',
      JSON.stringify({ global_step: step, log_history: [{ eval_loss: losses[n], step }] }));
    waiting = kits() + 1;
    next(n + 1);
  };
  next(0);
`;

const run = async (project: Project, name: string, losses: readonly number[], ...more: readonly string[]) => {
  const flags = [
    '-t',
    name,
    '--run',
    name,
    '--tag-template',
    '{step}',
    '--best',
    'eval_loss:min',
    '--on-kit',
    'echo >>kits',
  ];
  const { code, stderr } = await project.run(
    ...['watch', 'project', ...flags, ...more, '--'],
    ...[process.execPath, '-e', training(losses)],
  );
  assert.equal(code, 0, stderr);
};

const json = async (project: Project, ...args: readonly string[]) =>
  JSON.parse((await project.run('--json', ...args)).stdout) as Readonly<Record<string, never>>;

const createRuns = async (): Promise<Project> => {
  const project = createProject(
    { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/config': '1', '.git/HEAD': `${'c'.repeat(40)}\n` },
    { WANDB_RUN_ID: 'w7', WANDB_API_KEY: 'never' },
  );
  await run(project, 'first', [3, 2, 2.5]);
  await run(project, 'second', [1.5, 1.75]);
  return project;
};

test('the kits of a run are listed by time, with step and metrics; best and step restore a checkpoint', async () => {
  using project = await createRuns();
  const { kits } = (await json(project, 'list', '--run', 'first')) as unknown as {
    readonly kits: readonly { step: number | null; metrics: Readonly<Record<string, number>>; tags: string[] }[];
  };
  assert.deepEqual(
    kits.filter(({ step }) => step !== null).map(({ step, metrics }) => [step, metrics['eval_loss']]),
    [
      [10, 3],
      [20, 2],
      [30, 2.5],
    ],
  );
  assert.match((await project.run('list', '--run', 'first')).stdout, /^TIME +STEP +EVAL_LOSS +SIZE +NAME$/m);

  const best = await project.run('restore', 'first', '--best', '-d', 'best');
  assert.equal(best.code, 0, best.stderr);
  assert.match(best.stdout, /^Restored first:best, step 20, to .*\nResume from best\/m\/checkpoint-20$/m);
  assert.equal(readFileSync(join(project.path, 'best/m/checkpoint-20/notes.txt'), 'utf8'), 'weights of step 20 2');
  const early = await project.run('restore', 'first', '--step', '10', '-d', 'early');
  assert.match(early.stdout, /Resume from early\/m\/checkpoint-10$/m);
  assert.equal(existsSync(join(project.path, 'early/m/checkpoint-20')), false);
  const none = await project.run('restore', 'first', '--step', '11', '-d', 'none');
  assert.notEqual(none.code, 0);
  assert.match(none.stderr, /There are steps 10, 20, 30/);
});

test('runs are listed and compared; each kit says what made it, by a list of fields', async () => {
  using project = await createRuns();
  const listed = (await project.run('runs')).stdout;
  assert.match(listed, /^first +\d+ +\S+Z +30 +eval_loss 2\.5 +cccccccccccc +\S*node -e /m);
  const compared = (await project.run('runs', 'first', 'second')).stdout;
  assert.match(compared, /^ +first +second$/m);
  assert.match(compared, /^eval_loss +2\.5 +1\.75$/m);
  const { fields } = (await json(project, 'info', '--run', 'second:20')) as unknown as {
    readonly fields: Readonly<Record<string, string>>;
  };
  assert.equal(fields['commit'], 'c'.repeat(40));
  assert.equal(fields['wandb-run-id'], 'w7');
  assert.ok(!JSON.stringify(fields).includes('never'));
  assert.match((await project.run('info', '--run', 'second:20')).stdout, /^wandb-run-id +w7$/m);
  assert.match((await project.run('runs', 'third')).stderr, /There are runs first, second/);
});

test('without provenance a kit records its progress only', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/config': '1' });
  await run(project, 'quiet', [1], '--no-provenance');
  const { fields, step } = (await json(project, 'info', '--run', 'quiet:latest')) as unknown as {
    readonly fields: object;
    readonly step: number;
  };
  assert.deepEqual([fields, step], [{}, 10]);
});

test('restore refuses choices that contradict each other', async () => {
  using project = createProject({});
  for (const args of [
    ['run', '--best', '--step', '1'],
    ['run:v1', '--best'],
    ['run', '--step', 'x'],
  ])
    assert.equal((await project.run('restore', ...args)).code, 2, args.join(' '));
});
