import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readDigits } from './src/digits.ts';
import { accuracy, fromTensors } from './src/network.ts';
import { decodeSafetensors } from './src/safetensors.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const cli = fileURLToPath(new URL('../../core/cli/bin/kitwright.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kitwright-example-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let output = '';
before(() => {
  output = execFileSync(process.execPath, [join(root, 'start.ts')], {
    env: { ...process.env, KITWRIGHT_EXAMPLE_STORE: folder },
    encoding: 'utf8',
  });
  execFileSync(process.execPath, [cli, '--config', folder, 'unpack', 'digits:latest', '-d', join(folder, 'out')]);
});

const checkpoints = (): readonly string[] =>
  readdirSync(join(folder, 'out/checkpoints'))
    .filter((name) => name.endsWith('.safetensors'))
    .sort();

const accuracyOf = (name: string): number => {
  const network = fromTensors(decodeSafetensors(readFileSync(join(folder, 'out/checkpoints', name))));
  return accuracy(network, readDigits(join(folder, 'out/data'), 'test'));
};

test('every checkpoint is in a kit, and the kits are listed with their cost', () => {
  assert.ok(checkpoints().length >= 5);
  // On a busy machine the other layers may be ready before the first checkpoint is quiet.
  assert.match(output, /kit-1 .*rebuilt model/);
  assert.match(output, /rebuilt model; reused 3/);
  assert.match(output, /Try next:/);
});

test('the loss falls', () => {
  const history = JSON.parse(readFileSync(join(folder, 'out/checkpoints/loss.json'), 'utf8')) as readonly {
    loss: number;
  }[];
  const losses = history.map(({ loss }) => loss);
  assert.ok((losses.at(-1) ?? 1) < (losses[0] ?? 0) / 2, losses.join());
});

test('the weights of an unpacked kit read digits far better than chance', () => {
  assert.ok(accuracyOf(checkpoints().at(-1) ?? '') > 0.5);
});
