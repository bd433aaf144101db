import assert from 'node:assert/strict';
import { readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

const megabyte = 1024 * 1024;

/** A file that says that it is so long, and takes a block of the disk. */
const makeSparse = (path: string, size: number) => {
  writeFileSync(path, 'begins');
  truncateSync(path, size);
};

/** Bytes that a directory takes of the disk. */
const onDisk = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .map(({ parentPath, name }) => statSync(join(parentPath, name)).blocks * 512)
    .reduce((sum, bytes) => sum + bytes, 0);

const kitfile = 'manifestVersion: 1.0.0\nmodel: {path: m}\n';

for (const [what, count, size] of [
  ['a large one', 1, 64 * megabyte + 5],
  ['some', 20, megabyte / 4],
  ['many', 300, megabyte / 4],
] as const)
  test(`files of zeros take no more of the disk in the store than in the directory: ${what}`, async () => {
    using project = createProject({ Kitfile: kitfile, 'm/first': 'first' });
    const paths = Array.from({ length: count }, (_, i) => join(project.directory, 'm', `w${i}`));
    for (const path of paths) makeSparse(path, size);
    const packed = await project.run('pack', project.directory, '-t', 'team/zeros:1', '--capture', 'copy');
    assert.equal(packed.code, 0, packed.stderr);
    const [stored, given] = [onDisk(project.store), onDisk(project.directory)];
    assert.ok(stored < (count * size) / 2, `${stored} bytes of ${count * size}, which take ${given}`);
    const checked = await project.run('store', 'check');
    assert.equal(checked.code, 0, checked.stderr);
    const unpacked = await project.run('unpack', 'team/zeros:1', '-d', join(project.path, 'to'));
    assert.equal(unpacked.code, 0, unpacked.stderr);
    assert.equal(statSync(join(project.path, 'to', 'm', 'w0')).size, size);
  });
