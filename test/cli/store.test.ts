import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, digestIn } from '../support/project.ts';

const files = {
  Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\ndocs: [{path: d.md}]\n',
  'm/a.bin': Buffer.alloc(600_000, 'a'),
  'm/b.bin': Buffer.alloc(700_000, 'b'),
  'd.md': 'doc',
};

interface Packed {
  readonly layers: readonly {
    readonly id: string;
    readonly digest: string;
    readonly reused: boolean;
    readonly hashedBytes: number;
  }[];
}

test('a touched file makes no new layer, and only its content hash is computed', async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'x:v1');
  utimesSync(join(project.directory, 'm/a.bin'), 1, 1);
  const { layers } = JSON.parse((await project.run('--json', 'pack', 'project', '-t', 'x:v1')).stdout) as Packed;
  assert.deepEqual(
    layers.map(({ reused }) => reused),
    [true, true],
  );
});

test('a changed file stores only itself', async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'x:v1');
  const before = readdirSync(join(project.store, 'objects'), { recursive: true }).length;
  project.write({ 'm/b.bin': Buffer.alloc(700_000, 'c') });
  const { layers } = JSON.parse((await project.run('--json', 'pack', 'project', '-t', 'x:v2')).stdout) as Packed;
  assert.deepEqual(
    layers.map(({ reused }) => reused),
    [false, true],
  );
  const after = readdirSync(join(project.store, 'objects'), { recursive: true }).length;
  assert.ok(after - before <= 2, 'one object, perhaps in a new folder');
  for (const tag of ['x:v1', 'x:v2'])
    assert.equal((await project.run('unpack', tag, '-d', tag.replace(':', ''))).code, 0);
});

test('remove deletes data that no other kit needs, and nothing more', async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'x:v1');
  project.write({ 'm/b.bin': Buffer.alloc(700_000, 'c') });
  await project.run('pack', 'project', '-t', 'x:v2');
  await project.run('remove', 'x:v1');
  assert.match((await project.run('store', 'check')).stdout, /Checked 1 kits and 2 layers: all whole/);
  await project.run('remove', 'x:v2');
  const left = readdirSync(project.store, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^(?:objects\/..\/|packs\/|recipes\/|blobs\/sha256\/|snapshots\/|tmp\/)./.test(path),
  );
  assert.deepEqual(left, []);
});

test('--blobs makes the store an OCI image layout with every blob', async () => {
  using project = createProject(files);
  const digest = digestIn(await project.run('pack', 'project', '-t', 'x:v1', '--blobs'));
  const blob = (name: string) => join(project.store, 'blobs/sha256', name.slice(7));
  const { layers } = JSON.parse(readFileSync(blob(digest), 'utf8')) as {
    layers: readonly { digest: string; size: number }[];
  };
  for (const layer of layers) assert.equal(statSync(blob(layer.digest)).size, layer.size);
  assert.ok(existsSync(join(project.store, 'oci-layout')));
  const { manifests } = JSON.parse(readFileSync(join(project.store, 'index.json'), 'utf8')) as {
    manifests: readonly { digest: string; annotations: Record<string, string> }[];
  };
  assert.deepEqual(
    manifests.map((entry) => [entry.digest, entry.annotations['org.opencontainers.image.ref.name']]),
    [[digest, 'localhost/x:v1']],
  );
});

test('with --capture reference there is no copy, and a changed file is noticed when it is read', async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'x:v1', '--capture', 'reference');
  assert.ok(!readdirSync(join(project.store, 'objects')).length);
  assert.equal((await project.run('unpack', 'x:v1', '-d', 'a')).code, 0);
  project.write({ 'm/a.bin': Buffer.alloc(600_000, 'z') });
  assert.notEqual((await project.run('unpack', 'x:v1', '-d', 'b')).code, 0);
});
