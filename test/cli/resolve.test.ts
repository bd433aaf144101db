import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startRegistry } from '@kitwright/testkit';
import { recordIn } from '../../core/cli/resolving/readEntry.ts';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { cliPath, nodePath } from '../support/runCli.ts';

const env = { COSIGN_PASSWORD: 'p', KITWRIGHT_PLAIN_HTTP: '1' };

const files = {
  Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\ndocs: [{path: d.md}]\n',
  'm/config.json': '{}',
  'm/model.safetensors': 'weights',
  'd.md': 'doc',
};

interface Resolved {
  readonly reference: string;
  readonly digest: string;
  readonly path: string;
  readonly format: string | null;
  readonly files: readonly string[];
}

const resolve = async (project: Project, ...args: readonly string[]): Promise<Resolved> => {
  const { code, stdout, stderr } = await project.run('resolve', '--json', ...args);
  assert.equal(code, 0, stderr);
  const { v, ...resolved } = JSON.parse(stdout) as Resolved & { readonly v: number };
  assert.equal(v, 1);
  return resolved;
};

/** A process that has ended. */
const gone = () => String(spawnSync(process.execPath, ['-e', '']).pid);

const entriesOf = (project: Project, base = join(project.home, 'resolved')) => readdirSync(base).toSorted();

test('an engine gets the directory of the safetensors files, one for all callers, read-only', async () => {
  using project = createProject(files);
  const digest = digestIn(await project.run('pack', 'project', '-t', 'x:v1'));
  const first = await resolve(project, 'x:v1');
  assert.deepEqual(first, {
    reference: 'localhost/x:v1',
    digest,
    path: join(project.home, 'resolved', digest.replace(':', '-'), 'kit', 'm'),
    format: 'safetensors',
    files: ['config.json', 'model.safetensors'].map((name) => join(first.path, name)),
  });
  assert.equal(readFileSync(join(first.path, 'model.safetensors'), 'utf8'), 'weights');
  for (const path of [...first.files, first.path]) assert.equal(statSync(path).mode & 0o222, 0);
  assert.deepEqual(await resolve(project, `x@${digest}`), { ...first, reference: `localhost/x@${digest}` });
  assert.equal((await project.run('resolve', 'x:v1')).stdout, `${first.path}\n`);
});

test('llama.cpp gets the path of the GGUF file, out of a registry without storing the kit', async () => {
  await using registry = await startRegistry();
  using project = createProject(
    { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.gguf}\n', 'net.gguf': 'GGUF' },
    env,
  );
  await project.run('pack', 'project', '-t', `${registry.host}/x:v1`, '--push');
  await project.run('remove', '--all', '--force');
  const { path, format } = await resolve(project, `${registry.host}/x:v1`, '--into', 'shared');
  assert.equal(format, 'gguf');
  assert.match(path, /\/shared\/sha256-[0-9a-f]{64}\/kit\/net\.gguf$/);
  assert.equal((await project.run('list')).stdout.split('\n').filter(Boolean).length, 1);
});

test('other elements make another entry', async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'x:v1');
  await resolve(project, 'x:v1');
  const docs = await resolve(project, 'x:v1', '--filter', 'docs');
  assert.deepEqual([docs.format, docs.files.length], [null, 1]);
  assert.equal(entriesOf(project).length, 2);
  const nothing = await project.run('resolve', 'x:v1', '--filter', 'code');
  assert.match(nothing.stderr, /filter-invalid.*selects/s);
});

test('gc keeps what a running process uses, and frees it afterwards', async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'x:v1');
  const { path } = await resolve(project, 'x:v1');
  await resolve(project, 'x:v1', '--for-process', gone());
  const kept = await project.run('store', 'gc');
  assert.match(kept.stdout, /Kept .*a running process uses it/);
  assert.ok(existsSync(path));
  const [name = ''] = entriesOf(project);
  const uses = join(project.home, 'resolved', name, 'uses');
  assert.deepEqual(readdirSync(uses).length, 1, 'the other one has ended');
  writeFileSync(join(uses, 'other'), JSON.stringify({ pid: Number(gone()), host: 'x', started: '' }));
  assert.ok((await project.run('store', 'gc')).stdout.includes('Kept'), 'another machine cannot be asked');
  assert.match((await project.run('remove', 'x:v1')).stderr, /WARN.*is kept/);
  await project.run('pack', 'project', '-t', 'x:v1');
  assert.match((await project.run('remove', 'x:v1', '--force')).stdout, /Removed .*sha256-/);
  assert.ok(!existsSync(path));
});

test('remove gives back what its caller uses, also of a kit that was never stored', async () => {
  await using registry = await startRegistry();
  using project = createProject(files, env);
  const name = `${registry.host}/x:v1`;
  await project.run('pack', 'project', '-t', name, '--push');
  await project.run('remove', '--all', '--force');
  const { path } = await resolve(project, name);
  const { code, stdout } = await project.run('remove', name);
  assert.deepEqual([code, existsSync(path)], [0, false]);
  assert.match(stdout, /Removed .*sha256-/);
  assert.deepEqual(entriesOf(project), []);
  assert.match((await project.run('remove', name)).stderr, /kit-not-found/);
});

test('parallel calls make one entry', async () => {
  using project = createProject({ ...files, 'm/model.safetensors': Buffer.alloc(5_000_000, 'w') });
  await project.run('pack', 'project', '-t', 'x:v1');
  const all = await Promise.all(Array.from({ length: 5 }, () => resolve(project, 'x:v1')));
  assert.equal(new Set(all.map(({ path }) => path)).size, 1);
  assert.equal(entriesOf(project).length, 1);
});

test('a call that is killed leaves nothing under the final name, and the next one makes the entry', async () => {
  await using registry = await startRegistry();
  using project = createProject({ ...files, 'm/model.safetensors': Buffer.alloc(40 * 1024 * 1024, 'w') }, env);
  const name = `${registry.host}/x:v1`;
  await project.run('pack', 'project', '-t', name, '--push');
  await project.run('remove', '--all', '--force');
  registry.faults.push({ method: 'GET', path: /blobs/, skip: 2, action: { kind: 'silence' } });
  const asked = () => registry.requests.filter(({ headers }) => headers['range']).length;
  const child = spawn(nodePath, [cliPath, '--config', project.home, 'resolve', name], {
    cwd: project.path,
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  while (asked() < 2) await delay(20);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(entriesOf(project).every((entry) => entry.startsWith('.')));
  registry.faults.length = 0;
  const { path } = await resolve(project, name);
  assert.equal(statSync(join(path, 'model.safetensors')).size, 40 * 1024 * 1024);
  assert.equal(entriesOf(project).length, 1);
});

test('a changed file makes the entry anew', async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'x:v1');
  const { path } = await resolve(project, 'x:v1');
  const weights = join(path, 'model.safetensors');
  chmodSync(weights, 0o600);
  writeFileSync(weights, 'changed!');
  await resolve(project, 'x:v1');
  assert.equal(readFileSync(weights, 'utf8'), 'weights');
});

test('a kit that was unpacked beside the entries makes none, and begins none', async () => {
  using project = createProject(files);
  const name = digestIn(await project.run('pack', 'project', '-t', 'x:v1')).replace(':', '-');
  const entry = { digest: 'x', path: 'm', files: [] };
  using forger = createProject({
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: .}\n',
    [`${name}/entry.json`]: JSON.stringify({ v: 1, ...entry }),
    [`${name}/kit/m/model.safetensors`]: 'evil',
    [`.partial-${name}/kit/m/more.safetensors`]: 'evil',
    [`.partial-${name}/stage/x`]: '',
  });
  await forger.run('pack', 'project', '-t', 'forged');
  const shared = join(project.path, 'shared');
  assert.equal((await forger.run('unpack', 'forged', '-d', shared)).code, 0);
  const { path } = await resolve(project, 'x:v1', '--into', 'shared');
  assert.equal(readFileSync(join(path, 'model.safetensors'), 'utf8'), 'weights');
  assert.deepEqual(readdirSync(path).toSorted(), ['config.json', 'model.safetensors']);
  for (const forged of [entry, { ...entry, mark: '1-1' }])
    assert.equal(recordIn(writeRecord(project.path, JSON.stringify({ v: 2, ...forged }))), undefined);
});

const writeRecord = (folder: string, text: string) => {
  addFiles(folder, { 'entry/entry.json': text, 'entry/made': '' });
  return join(folder, 'entry');
};

test('a moved tag is another entry, and the rules hold for it', async () => {
  await using registry = await startRegistry();
  using project = createProject(files, env);
  const name = `${registry.host}/team/x:v1`;
  await project.run('generate-key-pair');
  await project.run('pack', 'project', '-t', name, '--push', '--sign', 'cosign.key');
  await project.run('remove', '--all', '--force');
  const rule = { match: `${registry.host}/team/**`, keys: ['../cosign.pub'] };
  addFiles(project.home, { 'config.json': JSON.stringify({ verify: [rule] }) });
  const { digest } = await resolve(project, name);
  project.write({ 'm/model.safetensors': 'worse' });
  const other = digestIn(await project.run('pack', 'project', '-t', 'y:v1'));
  assert.notEqual(other, digest);
  addFiles(project.home, { 'config.json': '{}' });
  await project.run('push', 'y:v1', name);
  addFiles(project.home, { 'config.json': JSON.stringify({ verify: [rule] }) });
  const refused = await project.run('resolve', name);
  assert.equal(refused.code, 4);
  assert.match(refused.stderr, /policy-refused/);
  assert.equal(refused.stdout, '');
  assert.equal(entriesOf(project).length, 1);
});

test('a directory that others can change is not used', { skip: process.platform === 'win32' }, async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'x:v1');
  await resolve(project, 'x:v1', '--into', 'shared');
  chmodSync(join(project.path, 'shared'), 0o777);
  assert.match((await project.run('resolve', 'x:v1', '--into', 'shared')).stderr, /store-untrusted/);
});
