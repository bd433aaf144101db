import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCli } from './runCli.ts';
import { runHosted } from './runHosted.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const project = () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder.path, 'Kitfile'), 'manifestVersion: 1.0.0\ncode: [{path: a.py}]\n');
  writeFileSync(join(folder.path, 'a.py'), 'print()');
  return folder;
};

test('a run in a process that others use says and does the same as one in its own', async () => {
  using one = project();
  using other = project();
  for (const words of [
    ['pack', '.', '-t', 'x:v1'],
    ['--json', 'list'],
    ['info', 'x:v2'],
    ['pack', '--no-such-flag'],
    ['nothing'],
    ['version'],
    ['remove', 'x:v1'],
  ]) {
    const args = ['--config', 'home', ...words];
    const [hosted, own] = [await runHosted(args, { cwd: one.path }), await runCli(args, { cwd: other.path })];
    assert.deepEqual(hosted, own, words.join(' '));
  }
});

test('each run has its own folder, environment and output, also beside others', async () => {
  using one = project();
  using two = project();
  const results = await Promise.all(
    [one, two, one, two].map(({ path }, at) =>
      runHosted(['pack', '.', '-t', `x:v${at}`], { cwd: path, env: { KITWRIGHT_HOME: join(path, `home${at}`) } }),
    ),
  );
  for (const [at, { code, stdout, stderr }] of results.entries()) {
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Model saved: sha256:\w+$/m);
    assert.ok(existsSync(join((at % 2 ? two : one).path, `home${at}`, 'store', 'index.json')));
  }
});

test('code that changes between two runs is loaded again', async () => {
  using folder = project();
  const cwd = folder.path;
  for (const name of ['first', 'second']) {
    const said = `{ name: '${name}', apiVersion: 1, apply: () => undefined }`;
    writeFileSync(join(cwd, 'own.mjs'), `export default ${said};\n`);
    const { code, stdout, stderr } = await runHosted(['--config', 'home', '--plugin', './own.mjs', 'plugins'], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(name));
  }
});

test('a process that has loaded code serves other folders, and this one not again', async () => {
  using one = project();
  using two = project();
  const pidAt = async ({ path }: { readonly path: string }) => {
    writeFileSync(
      join(path, 'own.mjs'),
      "process.stderr.write('pid ' + process.pid + ';'); export default { name: 'own', apiVersion: 1, apply() {} };",
    );
    const { stderr } = await runHosted(['--config', 'home', '--plugin', './own.mjs', 'plugins'], { cwd: path });
    return Number(/pid (\d+);/.exec(stderr)?.[1] ?? assert.fail(stderr));
  };
  const pids = [await pidAt(one), await pidAt(two), await pidAt(one)];
  assert.equal(pids[0], pids[1]);
  assert.notEqual(pids[0], pids[2]);
});
