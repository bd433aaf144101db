import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDigits } from './digits.ts';
import { accuracy, createNetwork, createRandom, learnEpoch, toTensors } from './network.ts';
import { encodeSafetensors } from './safetensors.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const epochs = 6;
const hidden = 256;
const rate = 0.01;
const seed = 7;

const checkpoints = join(root, 'checkpoints');
const train = readDigits(join(root, 'data'), 'train');
const test = readDigits(join(root, 'data'), 'test');
const network = createNetwork(hidden, seed);
const random = createRandom(seed);
const history: { epoch: number; loss: number; accuracy: number }[] = [];

for (let epoch = 1; epoch <= epochs; epoch++) {
  const loss = learnEpoch(network, train, rate, random);
  history.push({ epoch, loss, accuracy: accuracy(network, test) });
  mkdirSync(checkpoints, { recursive: true });
  writeFileSync(join(checkpoints, `epoch-${epoch}.safetensors`), encodeSafetensors(toTensors(network)));
  writeFileSync(join(checkpoints, 'loss.json'), `${JSON.stringify(history, null, 2)}\n`);
  const reached = history.at(-1);
  console.log(
    `epoch ${epoch}  loss ${loss.toFixed(4)}  test accuracy ${(100 * (reached?.accuracy ?? 0)).toFixed(1)} %`,
  );
}
