import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kitfile, runWatch, type Step } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/metrics.csv': 'step\n', 'm/notes': 'a\n', 'c/a.py': '1' };

/** Appends a line; the clock of the watch is that of the file again. */
const append =
  (name: string) =>
  ({ directory, sleep, now }: Step) => {
    appendFileSync(join(directory, name), 'line\n');
    sleep(Date.now() - now());
  };

test('a file of metrics that rests between its lines makes no kit by each of them, but comes with the next', async () => {
  const { texts } = await runWatch(first, [append('m/metrics.csv'), ({ write }) => write({ 'm/b': 'new' })]);
  assert.deepEqual(
    texts.map((files) => [files['m/metrics.csv'], files['m/b']]),
    [
      ['step\n', undefined],
      ['step\nline\n', 'new'],
    ],
  );
});

test('alone it makes a kit after a while, later each time', async () => {
  const wait = () => undefined;
  const { kits, looks } = await runWatch(first, [append('m/metrics.csv'), wait, append('m/metrics.csv'), wait, wait]);
  assert.equal(kits.length, 3);
  const waits = looks.flatMap(({ waiting, at }) =>
    waiting.flatMap(({ comesAlong, until }) => (comesAlong ? until - at : [])),
  );
  assert.ok(Math.max(...waits) > 15_000, waits.join());
});

test('any other file makes a kit when it rests, and so does one of metrics that is replaced', async () => {
  const { texts } = await runWatch(first, [append('m/notes'), ({ write }) => write({ 'm/metrics.csv': 'x' })]);
  assert.deepEqual(
    texts.map((files) => [files['m/notes'], files['m/metrics.csv']]),
    [
      ['a\n', 'step\n'],
      ['a\nline\n', 'step\n'],
      ['a\nline\n', 'x'],
    ],
  );
});
