import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject, type Project } from '../support/project.ts';

const kitfile = (name: string) => `manifestVersion: 1.0.0\npackage: {name: ${name}}\nmodel: {path: m}\n`;

/** Two kits of one repository and an index of both. */
const indexed = async (repository: string): Promise<Project> => {
  const project = createProject({});
  const ok = async (...args: readonly string[]) => {
    const { code, stderr } = await project.run(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  };
  for (const tag of ['q4', 'q8']) {
    project.write({ Kitfile: kitfile(tag), m: `weights ${tag}` });
    await ok('pack', 'project', '-t', `${repository}:${tag}`);
  }
  await ok('index', 'create', `${repository}:all`);
  await ok('index', 'add', `${repository}:all`, `${repository}:q4`, '-l', 'quantization=q4', '-l', 'bits:=4');
  await ok('index', 'add', `${repository}:all`, `${repository}:q8`, '--label', 'bits:=8', '--annotate', 'a=b');
  return project;
};

test('an index has the kits of its repository with their labels, and is no kit itself', async () => {
  using project = await indexed('team/x');
  const info = (await project.run('index', 'info', 'team/x:all')).stdout;
  assert.match(
    info,
    /^digest: sha256:\w+\nindex: team\/x:all\nmodelkits:\n {2}- digest: sha256:\w+\n {4}labels:\n {6}bits: 4\n {6}quantization: q4\n {4}size: \d+\.\d KiB\n {4}tag: q4\n/,
  );
  const { index } = JSON.parse((await project.run('index', 'inspect', 'team/x:all')).stdout);
  assert.equal(index.manifests[1].annotations.a, 'b');
  assert.equal(index.manifests[1].annotations['ml.kitops.modelkit.index.tag'], 'q8');
  const listed = (await project.run('index', 'list')).stdout.split('\n');
  assert.match(listed[1] ?? '', /^team\/x +all +2 +\d+\.\d KiB +sha256:/);
  const kits = (await project.run('list')).stdout;
  assert.doesNotMatch(kits, /all/);
  const asKit = await project.run('info', 'team/x:all');
  assert.match(asKit.stderr, /index-invalid.*is an index and no ModelKit/);
  assert.equal((await project.run('store', 'check')).code, 0);
});

test('a kit of an index is unpacked by its labels; exactly one must match', async () => {
  using project = await indexed('team/x');
  assert.equal((await project.run('unpack', 'team/x:all', '-l', 'bits=8', '-d', 'out')).code, 0);
  assert.equal(readFileSync(join(project.path, 'out/m'), 'utf8'), 'weights q8');
  const none = await project.run('unpack', 'team/x:all', '-l', 'bits=16', '-d', 'none');
  assert.equal(none.code, 1);
  assert.match(none.stderr, /index-selection.*\n.*there are: bits=4 quantization=q4; bits=8/);
  assert.ok(!existsSync(join(project.path, 'none')));
});

test('the largest kit within a limit is unpacked, and the choice is explained', async () => {
  using project = await indexed('team/x');
  const unpacked = await project.run('unpack', 'team/x:all', '-l', 'bits<=16', '-d', 'out');
  assert.equal(unpacked.code, 0, unpacked.stderr);
  assert.match(unpacked.stdout + unpacked.stderr, /Chosen: bits=8 \(the largest bits of 2 kits with bits<=16\)/);
  assert.equal(readFileSync(join(project.path, 'out/m'), 'utf8'), 'weights q8');
  assert.equal((await project.run('unpack', 'team/x:all', '-l', 'bits<8', '-d', 'small')).code, 0);
  assert.equal(readFileSync(join(project.path, 'small/m'), 'utf8'), 'weights q4');
  const none = await project.run('unpack', 'team/x:all', '-l', 'bits<4', '-d', 'none');
  assert.equal(none.code, 1);
  assert.match(none.stderr, /index-selection.*bits<4.*\n.*there are: bits=4 quantization=q4; bits=8/);
  const added = await project.run('index', 'add', 'team/x:all', 'team/x:q4', '-l', 'bits<=8');
  assert.match(added.stderr, /index-label-invalid/);
});

test('labels change when a kit is added again; a removed kit stays in the store', async () => {
  using project = await indexed('team/x');
  await project.run('index', 'add', 'team/x:all', 'team/x:q4', '-l', 'bits-', '-l', 'speed=fast');
  assert.match(
    (await project.run('index', 'info', 'team/x:all')).stdout,
    /labels:\n {6}quantization: q4\n {6}speed: fast\n/,
  );
  assert.equal((await project.run('index', 'remove', 'team/x:all', 'team/x:q4')).code, 0);
  assert.equal((await project.run('index', 'remove', 'team/x:all', 'team/x:q4')).code, 1);
  assert.doesNotMatch((await project.run('index', 'info', 'team/x:all')).stdout, /q4/);
  assert.equal((await project.run('index', 'delete', 'team/x:all')).code, 0);
  assert.equal((await project.run('unpack', 'team/x:q4', '-d', 'out')).code, 0);
});

test('entries that cannot be in an index are refused', async () => {
  using project = await indexed('team/x');
  const refused = async (expected: RegExp, ...args: readonly string[]) => {
    const { code, stderr } = await project.run('index', ...args);
    assert.notEqual(code, 0);
    assert.match(stderr, expected);
  };
  await refused(/index-invalid.*already exists/, 'create', 'team/x:all');
  await refused(/index-invalid.*ModelKit and no index/, 'create', 'team/x:q4');
  await refused(/index-invalid.*not in the repository/, 'add', 'team/x:all', 'team/y:q4');
  await refused(/kit-not-found/, 'add', 'team/x:all', 'team/x:nope');
  await refused(/kit-not-found.*\n.*index create/, 'add', 'team/x:nope', 'team/x:q4');
  await refused(/index-label-invalid/, 'add', 'team/x:all', 'team/x:q4', '-l', 'x');
  await refused(/index-invalid/, 'delete', 'team/x:q4');
  await refused(/index-invalid/, 'info', 'team/x:q4');
});

test('an index is copied with its kits, and one kit is pulled from it by its labels', async () => {
  await using registry = await startRegistry();
  const repository = `${registry.host}/team/x`;
  using project = await indexed(repository);
  const sent = await project.run('index', 'push', `${repository}:all`, '--plain-http');
  assert.equal(sent.code, 0, sent.stderr);
  using other = createProject({});
  const one = await other.run('pull', `${repository}:all`, '-l', 'quantization=q4', '--plain-http');
  assert.equal(one.code, 0, one.stderr);
  assert.match((await other.run('list')).stdout, /\bq4\b/);
  assert.match((await other.run('index', 'list', repository, '--plain-http')).stdout, /\ball +2\b/);
  assert.match((await other.run('pull', `${repository}:all`, '--plain-http')).stderr, /index-invalid/);
  assert.equal((await other.run('index', 'pull', `${repository}:all`, '--plain-http')).code, 0);
  assert.match((await other.run('list')).stdout, /\bq8\b/);
  assert.match((await other.run('index', 'list')).stdout, /\ball +2\b/);
  assert.equal((await other.run('remove', '--all', '-f')).code, 0);
  assert.equal((await other.run('unpack', `${repository}:all`, '-l', 'bits=8', '-d', 'out', '--plain-http')).code, 0);
  assert.equal(readFileSync(join(other.path, 'out/m'), 'utf8'), 'weights q8');
});

test('a kit that is only at the registry can be added, and stays there', async () => {
  await using registry = await startRegistry();
  const repository = `${registry.host}/team/x`;
  using project = await indexed(repository);
  assert.equal((await project.run('push', `${repository}:q4`, '--plain-http')).code, 0);
  using other = createProject({});
  await other.run('index', 'create', `${repository}:mine`);
  const added = await other.run(
    'index',
    'add',
    `${repository}:mine`,
    `${repository}:q4`,
    '-r',
    '-l',
    'a=b',
    '--plain-http',
  );
  assert.equal(added.code, 0, added.stderr);
  assert.equal((await other.run('store', 'check')).code, 0);
  assert.equal((await other.run('index', 'push', `${repository}:mine`, '--plain-http')).code, 0);
  assert.equal((await other.run('unpack', `${repository}:mine`, '-l', 'a=b', '-d', 'out', '--plain-http')).code, 0);
});

test('a pinned index that moved gives no kit, whatever its labels', async () => {
  await using registry = await startRegistry();
  const repository = `${registry.host}/team/x`;
  using project = await indexed(repository);
  await project.run('index', 'push', `${repository}:all`, '--plain-http');
  using other = createProject({});
  assert.equal((await other.run('pin', `${repository}:all`, '--plain-http')).code, 0);
  const pull = ['pull', `${repository}:all`, '-l', 'quantization=q4', '--plain-http'];
  assert.equal((await other.run(...pull)).code, 0);
  await project.run('index', 'remove', `${repository}:all`, `${repository}:q8`);
  await project.run('index', 'push', `${repository}:all`, '--plain-http');
  const { code, stderr } = await other.run(...pull);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /pin-mismatch/);
});

test('a kit that an index names a thousand times is asked for once, and gets all names', async () => {
  await using registry = await startRegistry();
  const repository = `${registry.host}/team/x`;
  using project = await indexed(repository);
  await project.run('index', 'push', `${repository}:all`, '--plain-http');
  const manifests = `http://${registry.host}/v2/team/x/manifests`;
  const type = 'application/vnd.oci.image.index.v1+json';
  const pushed = await fetch(`${manifests}/all`, { headers: { accept: type } });
  const index = (await pushed.json()) as { readonly manifests: readonly [object] };
  const [kit] = index.manifests;
  const named = (i: number) => ({ ...kit, annotations: { 'ml.kitops.modelkit.index.tag': `t${i}` } });
  const body = JSON.stringify({ ...index, manifests: Array.from({ length: 1000 }, (_, i) => named(i)) });
  await fetch(`${manifests}/many`, { method: 'PUT', headers: { 'content-type': type }, body });
  using other = createProject({});
  const before = registry.requests.length;
  assert.equal((await other.run('index', 'pull', `${repository}:many`, '--plain-http')).code, 0);
  assert.ok(registry.requests.length - before < 50);
  assert.equal((await other.run('list')).stdout.match(/\bt\d+ /g)?.length, 1000);
});
