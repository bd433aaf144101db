import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createKitChain, type KitChain } from '../support/kitChain.ts';
import type { Project } from '../support/project.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';

const createKits = createKitChain;

const succeed = ({ succeed: run }: KitChain, ...args: readonly string[]) => run(...args);

const bytesOf = (project: Project, name: string) => readFileSync(join(project.path, name));

/** The entries of an archive, as another tar lists them. */
const entriesOf = async (project: Project, name: string) =>
  (await runCli(['-tf', name], { cwd: project.path, command: 'tar' })).stdout.trim().split('\n');

test('a kit is saved with the kits to which it refers, and with what is attached to them', async () => {
  using project = await createKits();
  const stdout = await succeed(project, 'save', 'team/child:v1', '-o', 'kits.tar');
  assert.match(stdout, /^Saved sha256:\w+ \(team\/child:v1\)\nSaved sha256:\w+ \(referenced kit team\/base:v1\)\n/);
  assert.match(stdout, /Saved what is attached to them: 2\nWrote .* to kits\.tar\n$/);
  const { referrers } = JSON.parse(await succeed(project, '--json', 'discover', 'archive:kits.tar:team/base:v1'));
  assert.equal(referrers.length, 2);
});

test('an index is saved with its kits', async () => {
  using project = await createKits();
  await succeed(project, 'tag', 'team/base:v1', 'team/child:base');
  await succeed(project, 'index', 'create', 'team/child:all');
  await succeed(project, 'index', 'add', 'team/child:all', 'team/child:v1', '-l', 'size=large');
  await succeed(project, 'save', 'team/child:all', '-o', 'kits.tar');
  const json = JSON.parse(await succeed(project, '--json', 'save', 'team/child:all', '-o', 'again.tar'));
  assert.deepEqual(
    json.kits.map(({ reference }: { reference: string }) => reference),
    ['team/child:all', 'team/base:v1'],
  );
  assert.ok(statSync(join(project.path, 'kits.tar')).size > 500_000);
});

test('the same kits give the same bytes, in any order and from any place, also down a pipe', async () => {
  using project = await createKits();
  await succeed(project, 'save', 'team/child:v1', 'team/base:v1', '-o', 'a.tar');
  await succeed(project, 'save', 'team/base:v1', 'team/child:v1', '-o', 'b.tar');
  await succeed(project, 'save', 'archive:a.tar:team/child:v1', 'archive:a.tar:team/base:v1', '-o', 'c.tar');
  const piped = await runCli(
    ['-c', '"$@" > d.tar', 'sh', nodePath, ...cliArgs(project), 'save', 'team/base:v1', 'team/child:v1', '-o', '-'],
    { cwd: project.path, command: 'sh' },
  );
  assert.equal(piped.code, 0, piped.stderr);
  assert.match(piped.stderr, /Wrote .* to standard output/);
  for (const name of ['b.tar', 'c.tar', 'd.tar'])
    assert.ok(bytesOf(project, name).equals(bytesOf(project, 'a.tar')), name);
  const entries = await entriesOf(project, 'a.tar');
  assert.deepEqual(entries.slice(0, 2), ['oci-layout', 'index.json']);
});

const cliArgs = ({ home }: Project): readonly string[] => [cliPath, '--config', home];

for (const [what, damage] of [
  ['in the middle of a blob', (path: string) => truncateSync(path, 150_000)],
  ['within a header', (path: string) => truncateSync(path, 700)],
  ['with damaged bytes', (path: string) => writeFileSync(path, 'x', { flag: 'r+' })],
  ['behind the end', (path: string) => writeFileSync(path, 'more', { flag: 'a' })],
] as const)
  test(`a save that was interrupted goes on: ${what}`, async () => {
    using project = await createKits();
    await succeed(project, 'save', 'team/child:v1', '-o', 'whole.tar');
    const partial = join(project.path, 'kits.tar.partial');
    writeFileSync(partial, bytesOf(project, 'whole.tar'));
    damage(partial);
    await succeed(project, 'save', 'team/child:v1', '-o', 'kits.tar');
    assert.ok(bytesOf(project, 'kits.tar').equals(bytesOf(project, 'whole.tar')));
    assert.equal(existsSync(partial), false);
  });

test('bytes in the middle of what was left are looked at too', async () => {
  using project = await createKits();
  await succeed(project, 'save', 'team/child:v1', '-o', 'whole.tar');
  const bytes = bytesOf(project, 'whole.tar');
  const damaged = Buffer.from(bytes.subarray(0, 400_000));
  damaged.fill(0, 100_000, 390_000);
  writeFileSync(join(project.path, 'kits.tar.partial'), damaged);
  await succeed(project, 'save', 'team/child:v1', '-o', 'kits.tar');
  assert.ok(bytesOf(project, 'kits.tar').equals(bytes));
});

test('what cannot be saved whole leaves no archive, and an older one stays', async () => {
  using project = await createKits();
  await succeed(project, 'save', 'team/base:v1', '-o', 'kits.tar');
  const before = bytesOf(project, 'kits.tar');
  await succeed(project, 'remove', 'team/base:v1');
  const { code, stderr } = await project.run('save', 'team/child:v1', '-o', 'kits.tar');
  assert.equal(code, 1);
  assert.match(stderr, /team\/base:v1 was not found/);
  assert.ok(bytesOf(project, 'kits.tar').equals(before));
  assert.deepEqual(
    readdirSync(project.path).filter((name) => name.includes('partial')),
    [],
  );
});

test('where files may not be as large as the archive, parts are advised', {
  skip: process.platform === 'win32' && 'no limits for a process',
}, async () => {
  using project = await createKits();
  const words = [...cliArgs(project), 'save', 'team/child:v1', '-o', 'kits.tar'];
  // With the signal ignored a write fails with EFBIG, as on FAT32.
  const limited = ['-c', 'ulimit -f 200; trap "" XFSZ; exec "$@"', 'sh', nodePath, ...words];
  const { code, stderr } = await runCli(limited, { cwd: project.path, command: 'sh' });
  assert.equal(code, 1, stderr);
  assert.match(stderr, /store-failed: A file may not be so large there: .*kits\.tar\..*\n.*--split 4GB/s);
  assert.equal(existsSync(join(project.path, 'kits.tar')), false);
});

test('two kits under one name are refused', async () => {
  using project = await createKits();
  await succeed(project, 'save', 'team/base:v1', '-o', 'old.tar');
  project.write({ 'base/base.bin': 'newer' });
  await succeed(project, 'pack', 'project/base', '-t', 'team/base:v1');
  const { code, stderr } = await project.run('save', 'team/child:v1', 'archive:old.tar:team/base:v1', '-o', 'kits.tar');
  assert.equal(code, 2, stderr);
  assert.match(stderr, /team\/base:v1 names two kits/);
});

test('a kit of a registry is saved without the local store', async () => {
  using project = await createKits();
  await using registry = await startRegistry();
  await succeed(project, 'push', 'team/base:v1', `${registry.host}/team/base:v1`, '--plain-http');
  await succeed(project, 'remove', 'team/base:v1');
  await succeed(project, 'save', `${registry.host}/team/base:v1`, '-o', 'kits.tar', '--plain-http');
  const listed = await succeed(project, '--json', 'discover', `archive:kits.tar:${registry.host}/team/base:v1`);
  assert.equal(JSON.parse(listed).referrers.length, 2);
});

test('an archive lists its kits under their full names', async () => {
  using project = await createKits();
  await succeed(project, 'save', 'team/child:v1', '-o', 'kits.tar');
  const listed = await succeed(
    project,
    'list',
    'archive:kits.tar',
    '--format',
    '{{.Repo}}{{range .Tags}}:{{.}}{{end}}',
  );
  assert.equal(listed, 'team/base:v1\nteam/child:v1\n');
});

test('a second save into the same file waits for the first', async () => {
  using project = await createKits();
  const saves = ['team/child:v1', 'team/base:v1', 'team/child:v1'].map((name) =>
    succeed(project, 'save', name, '-o', 'kits.tar'),
  );
  await Promise.all(saves);
  const { code, stderr } = await project.run('load', 'kits.tar');
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    readdirSync(project.path).filter((name) => /lock|partial/.test(name)),
    [],
  );
});

test('an archive is not mixed with a document, and not shown on a terminal', async () => {
  using project = await createKits();
  const { code, stderr } = await project.run('--json', 'save', 'team/base:v1', '-o', '-');
  assert.equal(code, 2);
  assert.match(stderr, /--json and the archive/);
});
