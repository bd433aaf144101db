import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/w': '1' };

/** A project beside a file of the user, to which it has a link of this name. */
const linkedProject = (name: string, text: string): Project => {
  const project = createProject(files);
  addFiles(project.path, { 'private/history': text });
  project.link('../private/history', name);
  return project;
};

test('no text of a file is shown to which package.json leads', async () => {
  using project = linkedProject('package.json', 'kitwright login -p secret\n');
  const { code, stdout, stderr } = await project.run('pack', 'project', '-t', 'x:1');
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stdout + stderr, /secret|login/);
});

test('a package.json with settings that is a link is refused as a link', async () => {
  using project = linkedProject('package.json', '{"kitwright": {"compression": "none"}, "token": "secret"}');
  const { code, stderr } = await project.run('pack', 'project', '-t', 'x:1');
  assert.equal(code, 2);
  assert.match(stderr, /is a link/);
  assert.doesNotMatch(stderr, /secret/);
});

test('no text of a file is shown to which .kitignore leads', async () => {
  using project = linkedProject('.kitignore', 'export TOKEN=secret[\n');
  const { code, stdout, stderr } = await project.run('--json', 'pack', 'project', '-t', 'x:1');
  assert.equal(code, 2);
  assert.doesNotMatch(stdout + stderr, /secret/);
});

test('no number of a file outside becomes an annotation: metrics, and the state of a trainer', async () => {
  for (const name of ['metrics.json', 'm/checkpoint-5/trainer_state.json']) {
    const text = '{"step": 4711, "global_step": 4711, "log_history": [{"eval_loss": 4711, "step": 4711}]}';
    using project = linkedProject(name, text);
    project.write({ 'm/checkpoint-5/w': '1' });
    const flags = ['-t', 'x:1', '--metrics', 'metrics.json', '--run', 'r'];
    const { code, stderr } = await project.run('watch', 'project', ...flags, '--', process.execPath, '-e', '0');
    assert.equal(code, 0, stderr);
    const { stdout } = await project.run('--json', 'inspect', 'x:1');
    assert.match(stdout, /run\.name/);
    assert.doesNotMatch(stdout, /4711/, name);
  }
});

test('no text of a file is shown to which kit-lock.json leads', async () => {
  using project = linkedProject('kit-lock.json', 'secret: 1\n');
  for (const flags of [['-v'], ['--json', '-v']]) {
    const args = ['--config', project.home, ...flags, 'unpack', 'x:1'];
    const { code, stdout, stderr } = await runHosted(args, { cwd: project.directory });
    assert.equal(code, 2, stderr);
    assert.match(stderr, /kit-lock\.json cannot be read as JSON/);
    assert.doesNotMatch(stdout + stderr, /secret/);
  }
});
