import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';

type Tensors = Readonly<Record<string, readonly [dtype: string, shape: readonly number[], bytes: Buffer]>>;

const safetensors = (tensors: Tensors): Buffer => {
  let at = 0;
  const entries = Object.entries(tensors).map(([name, [dtype, shape, bytes]]) => {
    at += bytes.length;
    return [name, { dtype, shape, data_offsets: [at - bytes.length, at] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...Object.values(tensors).map(([, , bytes]) => bytes)]);
};

const floats = (...values: readonly number[]) => Buffer.from(new Float32Array(values).buffer);
const halves = (...bits: readonly number[]) => Buffer.from(new Uint16Array(bits).buffer);

const pack = async (project: Project, tag: string, files: Readonly<Record<string, Buffer>>) => {
  rmSync(join(project.path, 'project/m'), { recursive: true, force: true });
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(project.path, 'project', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  const { code, stderr } = await project.run('pack', 'project', '-t', `run:${tag}`);
  assert.equal(code, 0, stderr);
};

const kitfile = { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n' };

const before = safetensors({
  w: ['F32', [2], floats(3, 4)],
  h: ['F16', [1], halves(0x3c00)],
  b: ['BF16', [1], halves(0x4000)],
  same: ['I8', [2], Buffer.from([1, 2])],
  old: ['F32', [1], floats(1)],
  r: ['F32', [2], floats(1, 1)],
});

const after = safetensors({
  w: ['F32', [2], floats(3, 4.5)],
  h: ['F16', [1], halves(0x4000)],
  b: ['BF16', [1], halves(0x4080)],
  same: ['I8', [2], Buffer.from([1, 2])],
  new: ['F32', [1], floats(1)],
  r: ['F32', [1, 2], floats(1, 1)],
});

test('tensors of a file that changed: added, removed, reshaped, and how far their values moved', async () => {
  using project = createProject(kitfile);
  await pack(project, '1', { 'm/model.safetensors': before });
  await pack(project, '2', { 'm/model.safetensors': after });
  const { stdout } = await project.run('diff', 'run:1', 'run:2', '--tensors');
  const [, tensors = ''] = stdout.split('Tensors\n');
  assert.deepEqual(
    tensors
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .map((line) => line.trim()),
    [
      '~ b  BF16 [1]  2 B  change 1',
      '~ h  F16 [1]  2 B  change 1',
      '+ new  F32 [1]  4 B',
      '- old  F32 [1]  4 B',
      '! r  F32 [2] -> F32 [1, 2]  8 B',
      '~ w  F32 [2]  8 B  change 0.1',
      '1 tensor is the same',
    ],
  );
  const { stdout: json } = await project.run('--json', 'diff', 'run:1', 'run:2', '--tensors');
  const [{ changes }] = (JSON.parse(json) as { readonly tensors: readonly [{ readonly changes: readonly object[] }] })
    .tensors;
  assert.deepEqual(changes.at(-1), {
    name: 'w',
    change: 'changed',
    before: { dtype: 'F32', shape: [2], bytes: 8 },
    after: { dtype: 'F32', shape: [2], bytes: 8 },
    norm: 0.1,
  });
});

test('a later checkpoint is compared with the earlier one; compressed layers too', async () => {
  using project = createProject({ ...kitfile, 'kitwright.config.json': '{"compression": "gzip"}' });
  await pack(project, '1', { 'm/checkpoint-9/model.safetensors': before });
  await pack(project, '2', { 'm/checkpoint-9/model.safetensors': before, 'm/checkpoint-10/model.safetensors': before });
  await pack(project, '3', { 'm/checkpoint-11/model.safetensors': after });
  const { stdout } = await project.run('diff', 'run:2', 'run:3', '--tensors');
  assert.match(stdout, /^m\/checkpoint-10\/model\.safetensors -> m\/checkpoint-11\/model\.safetensors$/m);
});

test('what only looks like weights is said to be unreadable', async () => {
  using project = createProject(kitfile);
  await pack(project, '1', { 'm/model.safetensors': before });
  await pack(project, '2', { 'm/model.safetensors': Buffer.from('\xff'.repeat(100), 'latin1') });
  const { code, stdout } = await project.run('diff', 'run:1', 'run:2', '--tensors');
  assert.equal(code, 0);
  assert.match(stdout, /model\.safetensors\n {2}changed; its tensors cannot be read/);
});
