import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { parse } from 'yaml';
import { commandFolder } from '../support/commandFolder.ts';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { projectRoot } from '../support/trackedFiles.ts';

interface Component {
  readonly implementation: { readonly container: { readonly command: readonly string[] } };
}

/** Runs the command of a component; kfp itself is in test/interop. */
function createComponents(files: Readonly<Record<string, string>>) {
  const project = createProject(files);
  const env = { KITWRIGHT_HOME: project.home, PATH: commandFolder(project.path), TMPDIR: project.path };
  const run = (name: string, ...args: readonly string[]) => {
    const text = readFileSync(join(projectRoot, 'pipelines', 'kubeflow', `${name}.yaml`), 'utf8');
    const [command = '', ...rest] = (parse(text) as Component).implementation.container.command;
    return runCli([...rest, ...args], { cwd: project.path, command, env });
  };
  return { ...project, run, outputs: ['uri', 'reference', 'digest'].map((name) => join(project.path, 'out', name)) };
}

describe('push-modelkit', () => {
  it('without a directory says so, and writes nothing', async () => {
    using desk = createComponents({});
    for (const args of [[], ['--modelkit-dir', 'missing']]) {
      const { code, stderr } = await desk.run('push-modelkit', '127.0.0.1:1', 'net', 'v1', ...desk.outputs, ...args);
      assert.equal(code, 1);
      assert.match(stderr, /There is no directory '(?:missing)?'/);
    }
    assert.ok(!existsSync(join(desk.path, 'out')));
  });

  it('a signature that fails keeps the kit from the registry', async () => {
    await using registry = await startRegistry();
    using desk = createComponents({
      Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n',
      'net.bin': 'weights',
    });
    const where = [registry.host, 'net', 'v1', ...desk.outputs, '--modelkit-dir', desk.directory];
    const { code, stderr } = await desk.run('push-modelkit', ...where, '--key', 'missing.key');
    assert.notEqual(code, 0);
    assert.match(stderr, /key-invalid/);
    assert.ok(!existsSync(join(desk.path, 'out')));
    assert.equal((await fetch(`http://${registry.host}/v2/net/manifests/v1`)).status, 404);
  });

  it('text in inputs is text', async () => {
    await using registry = await startRegistry();
    using desk = createComponents({ "it's $(touch bad) `touch bad` -x/net.bin": 'weights' });
    const [name = ''] = readdirSync(desk.directory);
    const where = [registry.host, 'net', 'v1', ...desk.outputs, '--modelkit-dir', join(desk.directory, name)];
    const { code, stderr } = await desk.run('push-modelkit', ...where, '--name', '--$(touch bad)"\nmodel: x');
    assert.equal(code, 0, stderr);
    assert.ok(!existsSync(join(desk.path, 'bad')));
    const kitfile = parse(readFileSync(join(desk.directory, name, 'Kitfile'), 'utf8'));
    assert.equal(kitfile.package.name, '--$(touch bad)"\nmodel: x');
    const refused = await desk.run(
      'push-modelkit',
      registry.host,
      'net',
      'v1;x',
      ...desk.outputs,
      '--modelkit-dir',
      '.',
    );
    assert.match(refused.stderr, /reference-invalid/);
  });
});

it('unpack-modelkit says what it cannot unpack, and gives no path', async () => {
  await using registry = await startRegistry();
  using desk = createComponents({});
  const { code, stderr } = await desk.run('unpack-modelkit', `${registry.host}/net:v1`, join(desk.path, 'out', 'path'));
  assert.notEqual(code, 0);
  assert.match(stderr, /kit-not-found/);
  assert.ok(!existsSync(join(desk.path, 'out')));
});
