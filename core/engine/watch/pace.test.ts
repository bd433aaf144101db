import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ignoreMatcher } from '../files/ignoreMatcher.ts';
import { kitfile, rebuilt, runWatch, type Step } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/a.ckpt': 'a done', 'c/a.py': '1' };
const checkpoint =
  (name: string) =>
  ({ write }: Step) =>
    write({ [`m/${name}.ckpt`]: `${name} done` });

test('at most one kit per interval: faster checkpoints wait, and the kit lists those that are in none', async () => {
  const rotate = (step: Step) => {
    rmSync(join(step.directory, 'm/b.ckpt'));
    checkpoint('c')(step);
  };
  const { kits, looks } = await runWatch(first, [checkpoint('b'), rotate, checkpoint('d')], {
    pace: { interval: 3_600_000 },
  });
  assert.equal(kits.length, 2, 'the first, and the last one at the end');
  assert.deepEqual(kits[1]?.skipped, ['m/b.ckpt']);
  const reasons = looks.flatMap(({ waiting }) => waiting.map(({ path, reason }) => `${path}: ${reason}`));
  assert.ok(reasons.includes('the next kit: one kit in 3600 s'), reasons.join('\n'));
});

test('one kit per number of checkpoints', async () => {
  const steps = ['b', 'c', 'd', 'e', 'f'].map(checkpoint);
  const { texts } = await runWatch(first, steps, { pace: { checkpoints: 2 } });
  assert.deepEqual(
    texts.map((files) => Object.keys(files).filter((path) => path.endsWith('.ckpt')).length),
    [1, 3, 5, 6],
  );
});

test('only paths that match trigger a kit; it holds the others too', async () => {
  const { kits } = await runWatch(
    first,
    [({ write }) => write({ 'c/a.py': '22' }), ({ write }) => write({ 'm/step-2/w': '2', 'm/step-2/DONE': '' })],
    { pace: { only: ignoreMatcher(['**/step-*']) } },
  );
  assert.deepEqual(rebuilt(kits), [
    ['model', 'code.0'],
    ['model', 'code.0'],
  ]);
});

test('a clock that is set back does not delay kits for ever', async () => {
  const back = ({ write, sleep }: Step) => {
    sleep(-24 * 3_600_000);
    write({ 'm/b.ckpt': 'b done' });
  };
  const { kits } = await runWatch(first, [back, () => undefined, () => undefined], { pace: { interval: 10_000 } });
  assert.equal(kits.length, 2);
});
