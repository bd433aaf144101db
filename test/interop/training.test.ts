import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readDigits } from '../../examples/training/src/digits.ts';
import { accuracy, fromTensors } from '../../examples/training/src/network.ts';
import { decodeSafetensors } from '../../examples/training/src/safetensors.ts';

const root = fileURLToPath(new URL('../../examples/training/', import.meta.url));
const cli = fileURLToPath(new URL('../../core/cli/bin/kitwright.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kitwright-example-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let output = '';
before(() => {
  output = execFileSync(process.execPath, [join(root, 'start.ts')], {
    cwd: folder,
    env: { ...process.env, INIT_CWD: folder, KITWRIGHT_EXAMPLE_STORE: join(folder, 'the store') },
    encoding: 'utf8',
  });
  const config = ['--config', join(folder, 'the store')];
  execFileSync(process.execPath, [cli, ...config, 'unpack', 'digits:latest', '-d', join(folder, 'out')]);
});

const checkpoints = (): readonly string[] =>
  readdirSync(join(folder, 'out/checkpoints'))
    .filter((name) => name.endsWith('.safetensors'))
    .sort();

const accuracyOf = (name: string): number => {
  const network = fromTensors(decodeSafetensors(readFileSync(join(folder, 'out/checkpoints', name))));
  return accuracy(network, readDigits(join(folder, 'out/data'), 'test'));
};

test('every checkpoint is in a kit, and a table shows the metrics and the cost of each', () => {
  assert.ok(checkpoints().length >= 5);
  // On a busy machine the other layers may be ready before the quiet time of the first checkpoint is over.
  assert.match(output, /^digits:kit-1 +\d\.\d{4} +\d\d\.\d % +4 layers +0 layers +\d+\.\d\d MiB +\d+\.\d\d s$/m);
  assert.match(output, /^digits:kit-\d+ .* 1 layer +3 layers +\d\.\d\d MiB/m);
});

test('only lines for people are printed, and the folder that the training makes is waited for', () => {
  assert.doesNotMatch(output, /[{}]|failed|WARN/);
  assert.equal(output.match(/waiting for checkpoints: it does not exist yet/g)?.length, 1);
});

test('the printed commands at the end work', () => {
  const commands = [...output.matchAll(/^ {2}(npx .*)$/gm)].map((match) => match[1] ?? '');
  const run = (command: string) => execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
  const [list = '', unpack = ''] = commands.map(run);
  assert.match(list, /^digits +latest /m);
  assert.match(unpack, /^Unpacking model digits to checkpoints$/m);
});

test('the loss falls', () => {
  const history = JSON.parse(readFileSync(join(folder, 'out/checkpoints/loss.json'), 'utf8')) as readonly {
    loss: number;
  }[];
  const losses = history.map(({ loss }) => loss);
  assert.ok((losses.at(-1) ?? 1) < (losses[0] ?? 0) / 2, losses.join());
});

test('the weights of an unpacked kit recognise digits far better than chance', () => {
  assert.ok(accuracyOf(checkpoints().at(-1) ?? '') > 0.5);
});
