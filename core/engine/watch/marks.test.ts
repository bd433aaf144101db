import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mark } from './Mark.ts';
import { kitfile, runWatch, type Step } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' };

test('what a program marked is packed at once, with its progress: neither its format nor its quiet time counts', async () => {
  let marks: readonly Mark[] = [];
  const mark = ({ write }: Step) => {
    write({ 'm/b.ckpt': 'no end', 'm/step-2/w': 'no DONE', 'm/c.ckpt': 'no end either' });
    const at = Date.now() + 1_000;
    marks = [
      { path: 'm/b.ckpt', at },
      { path: 'm/step-2', at, progress: { step: 2, metrics: { loss: 0.5 } } },
    ];
  };
  const { kits, texts } = await runWatch(first, [({ ask }) => ask('now'), mark], {
    quiet: 1e12,
    ahead: 1_000,
    marks: () => marks,
  });
  assert.deepEqual(
    [texts[1]?.['m/b.ckpt'], texts[1]?.['m/step-2/w'], texts[1]?.['m/c.ckpt']],
    ['no end', 'no DONE', undefined],
  );
  assert.deepEqual(kits[1]?.progress, { step: 2, metrics: { loss: 0.5 } });
});

test('a version that is newer than its mark is checked again', async () => {
  const mark: Mark = { path: 'm/b.ckpt', at: Date.now() - 60_000 };
  const { kits } = await runWatch(first, [({ write }) => write({ 'm/b.ckpt': 'half', 'c/a.py': '22' })], {
    marks: () => [mark],
  });
  assert.deepEqual(kits[1]?.held, ['model']);
});
