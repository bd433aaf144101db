import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';

interface Attached {
  readonly digest: string;
}

const attachedTo = async (project: Project): Promise<readonly Attached[]> => {
  const { stdout, stderr } = await project.run('--json', 'discover', 'x:v1');
  assert.notEqual(stdout, '', stderr);
  return (JSON.parse(stdout) as { readonly referrers: readonly Attached[] }).referrers;
};

/** A kit with a report that is attached to it. */
const createKit = async (): Promise<Project> => {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', m: 'weights' });
  writeFileSync(join(project.path, 'report'), 'report');
  await project.run('pack', 'project', '-t', 'x:v1');
  const { code, stderr } = await project.run('attach', 'x:v1', 'report', '--artifact-type', 'application/x.report');
  assert.equal(code, 0, stderr);
  return project;
};

test('an index that is lost is rebuilt with what is attached', async () => {
  using project = await createKit();
  const before = await attachedTo(project);
  truncateSync(join(project.store, 'index.json'), 100);
  const { code } = await project.run('store', 'check', '--repair');
  assert.equal(code, 0);
  assert.deepEqual(await attachedTo(project), before);
});

test('store check finds what is damaged of it, and --repair takes it out', async () => {
  using project = await createKit();
  const [report] = await attachedTo(project);
  assert.equal((await project.run('store', 'check')).code, 0);
  const manifest = report?.digest ?? '';
  truncateSync(join(project.store, 'blobs', 'sha256', manifest.slice('sha256:'.length)), 10);
  const found = await project.run('store', 'check');
  assert.equal(found.code, 4);
  assert.match(found.stdout, new RegExp(`${manifest}: .*damaged`));
  assert.equal((await project.run('store', 'check', '--repair')).code, 0);
  assert.deepEqual(await attachedTo(project), []);
  assert.equal((await project.run('store', 'check')).code, 0);
});

test('store check misses a file that was attached', async () => {
  using project = await createKit();
  const { stdout } = await project.run('--json', 'store', 'gc');
  assert.equal((JSON.parse(stdout) as { readonly files: number }).files, 0);
  const report = createHash('sha256').update('report').digest('hex');
  rmSync(join(project.store, 'blobs', 'sha256', report));
  const found = await project.run('store', 'check');
  assert.equal(found.code, 4);
  assert.match(found.stdout, new RegExp(`sha256:${report}: the layer is missing`));
});
