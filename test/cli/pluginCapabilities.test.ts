import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';

function createWith(apply: string) {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' });
  addFiles(project.home, {
    'config.json': '{"plugins": ["./mine.mjs"]}',
    'mine.mjs': `import { writeFileSync, readFileSync } from 'node:fs';
export default { name: 'mine', apiVersion: 1, apply({ register, wrap }) { ${apply} } };`,
  });
  return project;
}

test('--progress NAME chooses a reporter of a plugin', async () => {
  using project = createWith(`register('reporter', { id: 'dots', open: ({ line }) => ({
    event: ({ type }) => line('. ' + type), failure: ({ code }) => line('failed ' + code), close: () => line('end'),
  }) });`);
  const packed = await project.run('--progress', 'dots', 'pack', 'project', '-t', 'm:v1');
  assert.equal(packed.code, 0, packed.stderr);
  assert.match(packed.stderr, /^\. plan$.*^\. stored$.*^end$/ms);
  const failed = await project.run('--progress', 'dots', 'info', 'nothing:v1');
  assert.match(failed.stderr, /^failed kit-not-found$/m);
  const unknown = await project.run('--progress', 'dosts', 'list');
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /usage: There is no progress mode "dosts"; there are auto, .*none, dots\./);
});

test('--executor NAME hashes elsewhere', async () => {
  using project = createWith(`register('executor', { id: 'far', open: (_, local) => ({
    ...local, hash: async (job) => { console.error('far'); return local.hash(job); },
  }) });`);
  const { code, stderr } = await project.run('--executor', 'far', 'pack', 'project', '-t', 'm:v1');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^far$/m);
  const unknown = await project.run('--executor', 'moon', 'pack', 'project');
  assert.match(unknown.stderr, /Unknown executor "moon"; there are: far/);
});

test('a reporter that fails is left alone', async () => {
  using project = createWith(
    `register('reporter', { id: 'bad', open: () => ({ event: () => { throw new Error('oh') } }) });`,
  );
  const { code, stderr } = await project.run('--progress', 'bad', 'pack', 'project', '-t', 'm:v1');
  assert.equal(code, 0);
  assert.equal(stderr.match(/The plugin mine failed in reporter bad\.event: oh; it shows nothing more/g)?.length, 1);
});

test('an exporter gets the kit, unpacked and verified, and its folder is removed afterwards', async () => {
  using project = createWith(`register('exporter', { id: 'copy', export: async (request) => {
    const folder = await request.unpack(['code']);
    writeFileSync(request.destination, readFileSync(folder + '/a', 'utf8') + request.options.end);
    return [folder, 'kit of ' + request.kitfile.code[0].path];
  } });`);
  await project.run('pack', 'project', '-t', 'm:v1');
  const { code, stdout, stderr } = await project.run('export', 'm:v1', 'out.txt', '--to', 'copy', '--option', 'end=!');
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(join(project.path, 'out.txt'), 'utf8'), 'text!');
  const [, folder = '', kit] = stdout.split('\n');
  assert.equal(kit, 'kit of a');
  assert.ok(folder.startsWith(project.home) && !existsSync(folder));
  const unknown = await project.run('export', 'm:v1', 'x', '--to', 'nowhere');
  assert.match(unknown.stderr, /Unknown exporter "nowhere"; there are: copy/);
});

test('data stays where a plugin reads it: pack checks it, unpack brings it', async () => {
  using project = createWith(`register('remoteData', { id: 'shed',
    check: async (url, hash) => { if (hash !== 'three') throw new Error('no ' + url); },
    async *fetch(url) { yield Buffer.from('rows of ' + url); } });`);
  const kitfile = (hash: string) =>
    `manifestVersion: 1.0.0\ndatasets: [{name: d, path: rows, remotePath: "shed://a/b", remoteHash: ${hash}}]\n`;
  project.write({ Kitfile: kitfile('four') });
  assert.match((await project.run('pack', 'project', '-t', 'm:v1')).stderr, /remoteData shed\.check: no shed:/);
  project.write({ Kitfile: kitfile('three') });
  assert.match(
    (await project.run('pack', 'project', '-t', 'm:v1')).stdout,
    /^Verified remote shed dataset for path rows$/m,
  );
  const { code, stdout, stderr } = await project.run('unpack', 'm:v1', '-d', 'out', '--include-remote');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Downloaded remote shed dataset for path rows/);
  assert.equal(readFileSync(join(project.path, 'out/rows'), 'utf8'), 'rows of shed://a/b');
});

test('an export without an exporter says where one comes from', async () => {
  using project = createProject({});
  const { code, stderr } = await project.run('export', 'm:v1', 'x', '--to', 'hub');
  assert.equal(code, 2);
  assert.match(stderr, /There is no exporter "hub": no plugin provides any.*config\.json/s);
});

test('a capability of ours can be wrapped', async () => {
  using project = createWith(`wrap('target', 'oci', (inner) => ({ ...inner, open: (location, access, context) => {
    context.logger.warn('opens ' + location);
    return inner.open(location, access, context);
  } }));`);
  await project.run('pack', 'project', '-t', 'm:v1');
  const { code, stderr } = await project.run('push', 'm:v1', 'oci:./layout:v1');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /WARN.*opens \.\/layout:v1/);
});

test('--sign takes the signer of a plugin, with a key or without', async () => {
  using project = createWith(`register('signer', { id: 'seal', open: async ({ key, options }) => ({
    own: { reads: () => false, verify: async () => [{ signer: 'wax', format: 'seal', annotations: {} }] },
    sign: async ({ subject }) => [{ artifactType: 'application/vnd.example.seal', blobs: [
      { mediaType: 'text/plain', bytes: Buffer.from([key, options.ink, subject.digest].join(' ')) }] }],
  }) });`);
  const seals = async (name: string) =>
    (await project.run('--json', 'discover', name)).stdout.match(/vnd\.example\.seal/g)?.length ?? 0;
  const seal = ['--signer', 'seal', '--signer-option', 'ink=red'];
  for (const [name, key] of [
    ['a:v1', ['--sign=wax']],
    ['b:v1', ['--sign']],
  ] as const) {
    const packed = await project.run('pack', 'project', '-t', name, ...key, ...seal);
    assert.equal(packed.code, 0, packed.stderr);
    assert.ok(await seals(name), name);
  }
  const unknown = await project.run('pack', 'project', '-t', 'c:v1', '--sign', '--signer', 'sael');
  assert.equal(unknown.code, 2, unknown.stderr);
  assert.match(unknown.stderr, /sael/);
});
