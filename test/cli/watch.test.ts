import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject, type Project } from '../support/project.ts';
import { cliPath, nodePath } from '../support/runCli.ts';

const kitfile = 'manifestVersion: 1.0.0\ncode: [{path: c}]\nmodel: {path: m}\n';

const startWatch = (project: Project, ...args: readonly string[]) => {
  const child = spawn(
    nodePath,
    [cliPath, '--config', project.home, '--json', 'watch', 'project', '-t', 'run', ...args],
    { cwd: project.path, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const closed = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  return { child, closed, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
};

test('a command runs under the watch: its output and status are passed through, a last kit holds its last files', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  const script = `require('fs').writeFileSync('project/m/last', 'done'); console.log('training'); process.exit(3)`;
  const result = await project.run(
    'watch',
    'project',
    '-t',
    'run',
    '--tag-template',
    'run-{n}',
    '--',
    process.execPath,
    '-e',
    script,
  );
  assert.equal(result.code, 3, result.stderr);
  assert.equal(result.stdout, 'training\n');
  assert.match(result.stderr, /^kit 1 .*run:latest run:run-1$/m);
  await project.run('unpack', 'run:latest', '-d', 'out');
  assert.equal(readFileSync(join(project.path, 'out/m/last'), 'utf8'), 'done');
});

test('the numbers of a tag template continue after those of an earlier watch', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  const run = (content: string) => {
    project.write({ 'c/a.py': content });
    return project.run('watch', 'project', '-t', 'run', '--tag-template', 'run-{n}', '--', process.execPath, '-e', '0');
  };
  await run('1');
  await run('22');
  const { stdout } = await project.run('list', '--format', '{{.Tags}}');
  assert.deepEqual(stdout.trim().split('\n').sort(), ['[latest run-2]', '[run-1]']);
});

/** A training that leaves one checkpoint, as the Trainer of Hugging Face writes it. */
const trainerScript = (step: number, loss: number): string => `
  const fs = require('fs');
  const dir = 'project/m/checkpoint-${step}';
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(dir + '/weights.bin', 'weights of ${step}');
  fs.writeFileSync(dir + '/trainer_state.json', JSON.stringify({ global_step: ${step}, log_history: [{ loss: ${loss} }] }));
`;

test('a kit records how far the training was; of the kits of a template those stay that a rule keeps', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  const flags = ['-t', 'run', '--tag-template', '{n}-s{step}', '--keep', 'last=1,best=1', '--metric', 'loss'];
  for (const [step, loss] of [
    [10, 1],
    [20, 5],
    [30, 3],
  ] as const) {
    const script = trainerScript(step, loss);
    const { code, stderr } = await project.run('watch', 'project', ...flags, '--', process.execPath, '-e', script);
    assert.equal(code, 0, stderr);
  }
  const annotations = async (tag: string) =>
    JSON.parse((await project.run('inspect', `run:${tag}`)).stdout).manifest.annotations;
  assert.equal((await annotations('latest'))['dev.kitwright.step'], '30');
  const listed = (await project.run('list', '--format', '{{range .Tags}}{{.}} {{end}}')).stdout;
  const tags = listed.split(/\s+/).filter((tag) => tag.includes('-s'));
  const losses = await Promise.all(tags.map(async (tag) => (await annotations(tag))['dev.kitwright.metric.loss']));
  assert.deepEqual(losses.sort(), ['1', '3']);
  assert.equal((await project.run('store', 'check')).code, 0);
});

test('rules without a template, and a metric without rules, are usage errors', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  for (const flags of [
    ['--keep', 'last=1'],
    ['--metric', 'loss'],
    ['--tag-template', 's{step}', '--keep', 'last=1'],
  ]) {
    const { code, stderr } = await project.run('watch', 'project', ...flags, '--', process.execPath, '-e', '0');
    assert.equal(code, 2, stderr);
  }
});

test('an invalid Kitfile ends the watch before the command starts', async () => {
  using project = createProject({ Kitfile: 'coed: 1\n' });
  const { code, stdout } = await project.run(
    'watch',
    'project',
    '--',
    process.execPath,
    '-e',
    'console.log("started")',
  );
  assert.deepEqual([code, stdout], [2, '']);
});

test('Ctrl-C ends the watch cleanly', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  const { child, closed, lines } = startWatch(project);
  const nextType = async () => (JSON.parse((await lines.next()).value as string) as { type: string }).type;
  assert.deepEqual([await nextType(), await nextType()], ['start', 'kit']);
  child.kill('SIGINT');
  assert.deepEqual(await closed, { code: 0, signal: null });
  assert.match((await project.run('store', 'check')).stdout, /all whole/);
});

test('signals are forwarded to the command, whose status is returned', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  const script = `process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up')`;
  const { child, closed, lines } = startWatch(project, '--', process.execPath, '-e', script);
  assert.equal((await lines.next()).value, 'up');
  child.kill('SIGTERM');
  assert.equal((await closed).code, 9);
});

test('--push sends the kits in the background, and the last one before the end', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  await using registry = await startRegistry();
  const script = `require('fs').writeFileSync('project/m/last', 'done')`;
  const watched = ['watch', 'project', '-t', 'run', '--push', `${registry.host}/team/run`, '--plain-http'];
  const result = await project.run(...watched, '--', process.execPath, '-e', script);
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stderr, new RegExp(`kit \\d+ {2}pushed to ${registry.host}/team/run:latest`));
  const [digest] = [...registry.content.tags.values()];
  assert.match((await project.run('list')).stdout, new RegExp(`^run +latest .*${digest}$`, 'm'));
});

test('a registry that refuses does not stop the watch', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  await using registry = await startRegistry({ auth: { scheme: 'basic', username: 'u', password: 'p' } });
  const watched = ['watch', 'project', '-t', 'run', '--push', `${registry.host}/team/run`, '--plain-http'];
  const result = await project.run(...watched, '--', process.execPath, '-e', '0');
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stderr, /kit 1 was not pushed\. .*\n\[ERROR\] unauthorized/);
  assert.match(result.stderr, /It is kept for the next watch\./);
});

test('a kit that could not be pushed is pushed by the next watch, before anything changes', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  await using registry = await startRegistry();
  const watched = ['watch', 'project', '-t', 'run', '--push', `${registry.host}/team/run:best`, '--plain-http'];
  const run = () => project.run(...watched, '--', process.execPath, '-e', '0');
  const broken = { method: 'POST', path: /uploads/, action: { kind: 'status', status: 403 } } as const;
  registry.faults.push(broken);
  assert.match((await run()).stderr, /was not pushed\. It is kept for the next watch/);
  assert.equal(registry.content.tags.size, 0);
  registry.faults.pop();
  project.write({ Kitfile: 'broken: [' });
  const next = await run();
  assert.notEqual(next.code, 0);
  assert.match(next.stderr, /kit 1 of an earlier watch is still to be pushed\./);
  project.write({ Kitfile: kitfile });
  const last = await run();
  assert.equal(last.code, 0, last.stderr);
  assert.deepEqual([...registry.content.tags.keys()], ['team/run best']);
  assert.doesNotMatch((await run()).stderr, /still to be pushed/);
});

test('--json prints every event as a line, with times, kits and metrics; --on-kit runs for each kit', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  const script = `
    const fs = require('fs');
    fs.writeFileSync('project/loss.json', JSON.stringify({ step: 40, loss: 0.25 }));
    // At once: without a quiet time a file that is there and empty would be a kit of its own.
    fs.writeFileSync('w2', 'done');
    fs.renameSync('w2', 'project/m/w2');
  `;
  const onKit =
    'echo "$KITWRIGHT_KIT $KITWRIGHT_REFERENCE $KITWRIGHT_STEP $KITWRIGHT_METRICS" >> seen; test $KITWRIGHT_KIT != 2';
  // There is no quiet time: the first kit is there before the command runs.
  const flags = ['-t', 'run', '--quiet', '0', '--metrics', 'loss.json', '--on-kit', onKit];
  const command = [process.execPath, '-e', script];
  const { code, stderr } = await project.run('--json', 'watch', 'project', ...flags, '--', ...command);
  assert.equal(code, 0, stderr);
  // On a slow machine a line of progress may come between them.
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.ok(events.every(({ v, at }) => v === 1 && Number.isSafeInteger(at)));
  const types = events.map(({ type }) => type);
  assert.deepEqual([types[0], types.at(-1)], ['start', 'end']);
  const kit = events.findLast(({ type }) => type === 'kit');
  assert.deepEqual([kit?.['count'], kit?.['step'], kit?.['metrics']], [2, 40, { loss: 0.25 }]);
  assert.deepEqual(events.findLast(({ type }) => type === 'ran')?.['status'], 1);
  const seen = readFileSync(join(project.path, 'seen'), 'utf8');
  assert.match(seen, /^1 run:latest .*\n2 run:latest 40 \{"loss":0\.25\}\n$/);
});

test('invalid values of flags are usage errors before anything starts', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  for (const flags of [
    ['--every', 'often'],
    ['--max-cpu', '0'],
    ['--max-read', 'x'],
    ['--on-checkpoint', '['],
    ['--quiet', '1s'],
  ]) {
    const { code, stdout } = await project.run(
      'watch',
      'project',
      ...flags,
      '--',
      process.execPath,
      '-e',
      'console.log(1)',
    );
    assert.deepEqual([code, stdout], [2, ''], flags.join(' '));
  }
});

test('NaN, as Python writes it, is an annotation, is a string in our JSON, and never the best', async () => {
  using project = createProject({ Kitfile: kitfile, 'c/a.py': '1', 'm/w': '1' });
  const flags = ['-t', 'run', '--tag-template', 'run-{n}', '--keep', 'last=1,best=1', '--metric', 'loss'];
  const events: string[] = [];
  for (const [n, loss] of ['NaN', '-Infinity', '2.5', 'NaN'].entries()) {
    const script = `
      const fs = require('fs');
      fs.writeFileSync('project/m/w', 'version ${n}');
      fs.writeFileSync('project/loss.jsonl', '{"step": ${n}, "loss": 7}\\n{"step": ${n + 1}, "loss": ${loss}}\\n');
    `;
    const measured = ['--metrics', 'loss.jsonl', '--on-kit', 'echo "$KITWRIGHT_METRICS" > metrics'];
    const command = [process.execPath, '-e', script];
    const { code, stderr } = await project.run('--json', 'watch', 'project', ...flags, ...measured, '--', ...command);
    assert.equal(code, 0, stderr);
    events.push(...stderr.split('\n').filter((line) => line.startsWith('{')));
  }
  const kits = events.map((line) => JSON.parse(line)).filter(({ type }) => type === 'kit');
  const second = kits.filter(({ step }) => step === 2);
  assert.ok(second.length > 0 && second.every(({ metrics }) => metrics.loss === '-Infinity'));
  assert.equal(readFileSync(join(project.path, 'metrics'), 'utf8'), '{"loss":"NaN"}\n');
  const { manifest } = JSON.parse((await project.run('inspect', 'run:latest')).stdout);
  assert.equal(manifest.annotations['dev.kitwright.metric.loss'], 'NaN');
  assert.equal(manifest.annotations['dev.kitwright.step'], '4');
  const tags = (await project.run('list', '--format', '{{range .Tags}}{{.}} {{end}}')).stdout.match(/run-\d+/g) ?? [];
  const losses = tags.map((tag) => kits.find(({ names }) => names.includes(`run:${tag}`))?.metrics.loss);
  assert.deepEqual(losses.sort(), [2.5, 'NaN']);
});
