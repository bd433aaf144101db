import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

const kitfile = 'manifestVersion: 1.0.0\nmodel: {path: m}\n';

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 4000000000\n`;

/** Files that never look complete, and complete checkpoints whose marker never comes. */
const odd: Readonly<Record<string, string | Uint8Array>> = {
  'm/pointer.safetensors': pointer,
  'm/pointer.bin': pointer,
  'm/pointer.h5': pointer,
  'm/pointer.png': pointer,
  'm/empty.safetensors': '',
  'm/empty.pt': '',
  'm/page.gguf': '<!DOCTYPE html><title>Not found</title>',
  'm/newer.gguf': Buffer.from('GGUF\x09\0\0\0rest of it, whatever that may be'),
  'm/text.onnx': 'put the model here',
  'm/torn.pt': Buffer.from(`PK\x03\x04${'x'.repeat(100)}`),
  'm/model.safetensors.index.json': '{"weight_map": {"a": "model-00001-of-00002.safetensors"}}',
  'm/flax.bin.index.json': '{"weight_map": {',
  'm/global_step10/mp_rank_00_model_states.bin': 'states',
  'm/iter_0000020/mp_rank_00/weights.bin': 'weights',
  'm/dcp/__8_0.distcp': 'the shard of another node',
  'm/checkpoint-30/model.bin': 'weights without a state',
};

/** Files of the same names and kinds that are complete, or of unknown formats. */
const fine: Readonly<Record<string, string | Uint8Array>> = {
  'm/model.pb': '',
  'm/model.tflite': 'text',
  'm/old.pt': 'an old pickle of torch',
  'm/about.md': `${pointer}This is how a pointer looks.\n`,
  'm/iter_100/a.png': 'picture',
  'm/checkpoint-40/notes.txt': 'notes',
};

test('a pack names files that do not look complete, with their number, and packs them', async () => {
  using project = createProject({ Kitfile: kitfile, 'm/a.bin': pointer, 'm/b.png': pointer, 'm/c.onnx': '', ...fine });
  const { code, stderr } = await project.run('pack', 'project', '-t', 'x');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /3 files do not look complete/);
  assert.match(
    stderr,
    /m\/a\.bin \(it is a pointer of Git LFS, .*m\/b\.png \(.*m\/c\.onnx \(its graph is not written yet\)/,
  );
  const again = await project.run('pack', 'project', '-t', 'x');
  assert.doesNotMatch(again.stderr, /look complete/, 'of a layer in which nothing changed it was said before');
  await project.run('unpack', 'x', '-d', 'out');
  assert.equal(readFileSync(join(project.path, 'out/m/a.bin'), 'utf8'), pointer);
});

test('a pack of many such files names some', async () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`m/${n}.bin`, pointer]));
  using project = createProject({ Kitfile: kitfile, ...many });
  const { stderr } = await project.run('pack', 'project', '-t', 'x');
  assert.match(stderr, /40 files do not look complete .* and 35 more\./);
});

test('files that look complete, or have an unknown format, are packed without a message', async () => {
  using project = createProject({ Kitfile: kitfile, ...fine });
  const { stderr } = await project.run('pack', 'project', '-t', 'x');
  assert.doesNotMatch(stderr, /WARN/);
});

test('the last kit of a training holds such files, older and newer ones', async () => {
  using project = createProject({ Kitfile: kitfile, 'm/pointer.safetensors': pointer });
  const script = `
    const { mkdirSync, writeFileSync } = require('fs');
    const { dirname } = require('path');
    for (const [name, bytes] of ${JSON.stringify(Object.entries({ ...odd, ...fine }).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]))}) {
      mkdirSync(dirname('project/' + name), { recursive: true });
      writeFileSync('project/' + name, Buffer.from(bytes, 'base64'));
    }
  `;
  const { code, stderr } = await project.run('watch', 'project', '-t', 'run', '--', process.execPath, '-e', script);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /\[WARN \] \d+ files do not look complete and are packed as they are: /);
  assert.equal((await project.run('unpack', 'run', '-d', 'out')).code, 0);
  for (const [name, bytes] of Object.entries({ ...odd, ...fine }))
    assert.deepEqual(readFileSync(join(project.path, 'out', name)), Buffer.from(bytes), name);
});

test('a watch that made no kit fails with the reason; if the training failed, its own status is returned', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: missing}\n' });
  for (const [status, expected] of [
    [0, 1],
    [5, 5],
  ]) {
    const command = [process.execPath, '-e', `process.exit(${status})`];
    const { code, stderr } = await project.run('watch', 'project', '-t', 'run', '--', ...command);
    assert.equal(code, expected, stderr);
    assert.match(stderr, /\[ERROR\] kit-not-made: The watch ended without a kit: .*missing/);
  }
});
