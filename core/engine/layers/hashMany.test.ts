import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from '../files/bytePath.ts';
import { createTableBuilder, encodePaths } from '../files/fileTable.ts';
import { readFingerprint } from '../files/fingerprint.ts';
import { createPool } from './createPool.ts';
import { digestBytes } from './jobs.ts';
import { createMeter } from './Meter.ts';
import { createManyControl, openManyControl } from './manyControl.ts';
import { chunkBytes, layOutTar, type ManyJob, packOffsets } from './manyFiles.ts';
import { paddingOf, tarEnd, tarHeader } from './tarHeader.ts';

/** So many that all three threads take part; most are empty, and need not be there. */
const count = 45_000;

function makeJob(folder: string): { readonly job: ManyJob; readonly tar: Buffer } {
  mkdirSync(join(folder, 'd'));
  const builder = createTableBuilder();
  const tar: Buffer[] = [];
  for (let row = 0; row < count; row++) {
    const path = `d/${String(row).padStart(5, '0')}`;
    const content = Buffer.from(row % 300 ? '' : `content ${row} `.repeat(1 + (row % 7000)));
    if (content.byteLength) writeFileSync(join(folder, path), content);
    const at = readFingerprint(fromNative(join(folder, row % 300 ? 'd/00000' : path))) ?? assert.fail(path);
    builder.add(path, { ...at, size: content.byteLength });
    const header = tarHeader({ path, type: 'file', mode: at.mode & 0o7777, size: content.byteLength });
    tar.push(header, content, Buffer.alloc(paddingOf(content.byteLength)));
  }
  const table = builder.table();
  const layout = layOutTar(table, encodePaths(table.paths));
  const pack = join(folder, 'pack');
  writeFileSync(pack, '');
  const job: ManyJob = {
    ...layout,
    count,
    numbers: table.numbers,
    sizes: table.sizes,
    modes: table.modes,
    directory: fromNative(folder),
    pathBytes: encodePaths(table.paths),
    seed: [1, 2],
    stored: undefined,
    pack: { path: pack, starts: packOffsets(layout, table, undefined), kept: new Uint8Array(count) },
    contents: new Uint8Array(new SharedArrayBuffer(count * 16)),
    sums: new Uint8Array(new SharedArrayBuffer((layout.chunks.length - 1) * 16)),
    ring: new SharedArrayBuffer(4 * chunkBytes),
    control: createManyControl(layout.chunks.length - 1, 4),
    meter: createMeter().buffer,
  };
  return { job, tar: Buffer.concat([...tar, tarEnd()]) };
}

test('several threads make one layer: its digest, and all of it in the pack', async () => {
  using folder = temporaryFolder();
  const { job, tar } = makeJob(folder.path);
  const pool = createPool({ threads: 3 });
  try {
    const { digest } = await pool.hashMany(job);
    assert.equal(digest, `sha256:${createHash('sha256').update(tar).digest('hex')}`);
  } finally {
    await pool.close();
  }
  assert.ok(readFileSync(job.pack?.path ?? '').equals(tar.subarray(0, tar.byteLength - tarEnd().byteLength)));
});

test('the thread that asks takes the place of one', async () => {
  using folder = temporaryFolder();
  const { job, tar } = makeJob(folder.path);
  const pool = createPool({ threads: 2 });
  let started = 0;
  const count = () => void started++;
  process.on('worker', count);
  try {
    const { digest } = await pool.hashMany(job);
    assert.equal(digest, `sha256:${createHash('sha256').update(tar).digest('hex')}`);
  } finally {
    process.off('worker', count);
    await pool.close();
  }
  assert.equal(started, 1);
});

test('SHA-256 of each file comes with it', async () => {
  using folder = temporaryFolder();
  const digests = new Uint8Array(new SharedArrayBuffer(count * digestBytes));
  const pool = createPool({ threads: 3 });
  try {
    await pool.hashMany({ ...makeJob(folder.path).job, digests });
  } finally {
    await pool.close();
  }
  for (let row = 0; row < count; row++) {
    const found = Buffer.from(digests.subarray(row * digestBytes, (row + 1) * digestBytes)).toString('hex');
    const content = row % 300 ? undefined : readFileSync(join(folder.path, `d/${String(row).padStart(5, '0')}`));
    const expected = content?.byteLength ? createHash('sha256').update(content).digest('hex') : '0'.repeat(64);
    if (found !== expected) assert.equal(found, expected, `row ${row}`);
  }
});

test('what one thread finds wrong ends all, and is told', async () => {
  using folder = temporaryFolder();
  const { job } = makeJob(folder.path);
  writeFileSync(join(folder.path, 'd/44700'), 'changed');
  const pool = createPool({ threads: 3 });
  try {
    await assert.rejects(pool.hashMany(job), { code: 'content-changed', message: /44700 changed|44700 became/ });
  } finally {
    await pool.close();
  }
});

test('where the thread that leads cannot begin, nobody waits for it', async () => {
  using folder = temporaryFolder();
  const { job } = makeJob(folder.path);
  const pool = createPool({ threads: 1 });
  try {
    await assert.rejects(pool.hashMany({ ...job, seed: ['no number', 0] as unknown as ManyJob['seed'] }));
    assert.equal(openManyControl(job.control).stopped(), 'failed');
  } finally {
    await pool.close();
  }
});
