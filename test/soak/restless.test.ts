import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createProject, type Project } from '../support/project.ts';

/** Checkpoints of the training, and how long each lives (ms): among all the tests the machine is busy. */
const [count, life] = Number(process.env['SEEDS'] ?? 5) > 5 ? [20, 3_000] : [4, 10_000];

const writer = fileURLToPath(new URL('restlessWriter.ts', import.meta.url));

/** Unpacks a kit, checks that nothing in it is torn, and returns the steps of its checkpoints. */
const checkKit = async (project: Project, tag: string): Promise<readonly number[]> => {
  const { code, stderr } = await project.run('unpack', `run:${tag}`, '-d', tag);
  assert.equal(code, 0, stderr);
  const folder = join(project.path, tag, 'm');
  const names = readdirSync(folder);
  for (const name of names.filter((one) => one.endsWith('.json')))
    assert.doesNotThrow(() => JSON.parse(readFileSync(join(folder, name), 'utf8')), `${tag}: ${name}`);
  for (const name of names.filter((one) => /\.(?:csv|jsonl)$|^notes$/.test(one)))
    assert.match(readFileSync(join(folder, name), 'utf8'), /^(?:.+\n)*$/, `${tag}: ${name}`);
  return names.flatMap((name) => {
    const step = /^checkpoint-(\d+)$/.exec(name)?.[1];
    if (step === undefined) return [];
    const weights = readFileSync(join(folder, name, 'model.safetensors'));
    assert.equal(weights.length, 8 + Number(weights.readBigUInt64LE()) + 2_000_000, `${tag}: ${name}`);
    JSON.parse(readFileSync(join(folder, name, 'trainer_state.json'), 'utf8'));
    return [Number(step)];
  });
};

test('beside writers that never rest, each finished checkpoint that lives some seconds is in a kit, and nothing is torn', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/config': '1' });
  const command = [process.execPath, writer, 'project/m', String(count), String(life)];
  const watched = await project.run('watch', 'project', '-t', 'run', '--tag-template', 'r{n}', '--', ...command);
  assert.equal(watched.code, 0, watched.stderr);
  const finished = watched.stdout.trim().split('\n').map(Number);
  assert.equal(finished.length, count);
  const tags = [...watched.stderr.matchAll(/^kit \d+ .*run:(r\d+)/gm)].map(([, tag = '']) => tag);
  const packed = new Set<number>();
  for (const tag of tags) for (const step of await checkKit(project, tag)) packed.add(step);
  assert.deepEqual(
    finished.filter((step) => !packed.has(step)),
    [],
    watched.stderr,
  );
});
