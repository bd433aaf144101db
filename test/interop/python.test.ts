import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const python = process.env['WRITER_0_8'] ?? '';
const skip = python ? false : 'there is no Python here';
const PYTHONPATH = join(projectRoot, 'python', 'src');

const kitfile = { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/config': '1' };

/** A file that no check takes for complete, which its writer says is. */
const script = `
import os, sys, kitwright
with open("project/m/odd.safetensors", "wb") as file:
    file.write(b"no safetensors at all")
print(kitwright.watched(), kitwright.ready("project/m/odd.safetensors", step=7, metrics={"eval_loss": 0.25, "name": "x"}))
`;

const annotationsOf = async (project: Project) =>
  (
    JSON.parse((await project.run('inspect', 'run:latest')).stdout) as {
      readonly manifest: { readonly annotations: Readonly<Record<string, string>> };
    }
  ).manifest.annotations;

test('a script says that a file is complete: it is packed as it is, with step and metrics', { skip }, async () => {
  using project = createProject(kitfile, { PYTHONPATH });
  const { code, stdout, stderr } = await project.run('watch', 'project', '-t', 'run', '--', python, '-c', script);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'True True\n');
  assert.doesNotMatch(stderr, /not look complete/);
  const annotations = await annotationsOf(project);
  assert.equal(annotations['dev.kitwright.step'], '7');
  assert.equal(annotations['dev.kitwright.metric.eval_loss'], '0.25');
  assert.equal(annotations['dev.kitwright.metric.name'], undefined);
});

test('without a watch nothing is told, and nothing fails', { skip }, async () => {
  using project = createProject(kitfile);
  const run = (env: Readonly<Record<string, string>>) =>
    runCli(['-c', script], { cwd: project.path, command: python, env: { PYTHONPATH, ...env } });
  assert.equal((await run({})).stdout, 'False False\n');
  assert.equal((await run({ KITWRIGHT_WATCH: join(project.path, 'gone') })).stdout, 'True False\n');
});

test('a block of a script is watched, and ends with a last kit', { skip }, async () => {
  using project = createProject(kitfile);
  const bin = join(project.path, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'kitwright'), `#!/bin/sh\nexec '${nodePath}' '${cliPath}' --config '${project.home}' "$@"\n`);
  chmodSync(join(bin, 'kitwright'), 0o755);
  const block = `
import kitwright
with kitwright.run("run", "project", ["--run", "block"]):
    with open("project/m/last", "w") as file:
        file.write("done")
    print(kitwright.watched(), kitwright.ready("project/m/last", step=3))
print(kitwright.watched())
`;
  const PATH = `${bin}:${dirname(nodePath)}:${process.env['PATH']}`;
  const options = { cwd: project.path, command: python, env: { PYTHONPATH, PATH } };
  const { code, stdout, stderr } = await runCli(['-c', block], options);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'True True\nFalse\n');
  await project.run('unpack', 'run:latest', '-d', 'out');
  assert.equal(readFileSync(join(project.path, 'out/m/last'), 'utf8'), 'done');
  assert.equal((await annotationsOf(project))['dev.kitwright.run.name'], 'block');
});

test('without the command the block runs alone, and says so', { skip }, async () => {
  using project = createProject(kitfile);
  const block = 'import kitwright\nwith kitwright.run("run", command="no-such-command") as watch:\n    print(watch)\n';
  const { code, stdout, stderr } = await runCli(['-c', block], {
    cwd: project.path,
    command: python,
    env: { PYTHONPATH },
  });
  assert.deepEqual([code, stdout], [0, 'None\n']);
  assert.match(stderr, /there is no command no-such-command/);
});
