import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kitfile, type RunOptions, runWatch, type Step, type Watched } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' };

/** No file is ever quiet, so the first kit is requested. Complete checkpoints have a marker and need no quiet time. */
const neverQuiet: RunOptions = { quiet: 1e12, ahead: 1_000 };
const begin = ({ ask }: Step) => ask('now');
const checkpoint =
  (n: number) =>
  ({ write }: Step) =>
    write({ [`m/step-${n}/w`]: String(n), [`m/step-${n}/DONE`]: '' });
const nothing = () => undefined;

/** Runs a watch in which a writer changes something after every scan, and so before its files are read. */
const runBeside = (write: (directory: string, n: number) => void, steps: readonly ((step: Step) => void)[]) => {
  let n = 0;
  const afterScan = ({ directory }: Step) => write(directory, n++);
  return runWatch(first, [begin, ...steps], { ...neverQuiet, afterScan });
};

const checkpointsIn = ({ texts }: Watched) =>
  texts.map((files) => Object.keys(files).flatMap((path) => /^m\/(step-\d+)\/DONE$/.exec(path)?.[1] ?? []));

for (const name of ['metrics.csv', 'train.log', 'events.out.tfevents.1', 'state']) {
  test(`a file that is appended to all the time (${name}) holds no checkpoint back, and whole lines of it are packed`, async () => {
    const watched = await runBeside(
      (directory, n) => appendFileSync(join(directory, `m/${name}`), `line ${n}\n`),
      [nothing, checkpoint(1), checkpoint(2)],
    );
    assert.deepEqual(checkpointsIn(watched).slice(1, 3), [['step-1'], ['step-1', 'step-2']]);
    for (const files of watched.texts.slice(1)) assert.match(files[`m/${name}`] ?? '', /^line 0\n(?:line \d+\n)*$/);
  });
}

test('a file that is rewritten all the time holds no checkpoint back, and is one of its versions', async () => {
  const watched = await runBeside(
    (directory, n) => writeFileSync(join(directory, 'm/state'), `${'x'.repeat(n % 3)} ${n}`),
    [nothing, checkpoint(1), checkpoint(2)],
  );
  assert.deepEqual(checkpointsIn(watched).slice(1, 3), [['step-1'], ['step-1', 'step-2']]);
  for (const files of watched.texts.slice(1)) {
    const [padding = '', n] = (files['m/state'] ?? '').split(' ');
    assert.equal(padding.length, Number(n) % 3);
  }
});

test('a file that is written all the time makes no kit by itself, and the look says so', async () => {
  const every = Array.from({ length: 12 }, (_, n) => ({ write, sleep }: Step) => {
    write({ 'm/state': 'x'.repeat(n) });
    sleep(1_000);
  });
  const watched = await runWatch(first, [begin, ...every], { quiet: 1e12, ahead: 1_000 });
  assert.equal(watched.kits.length, 2, 'the first, and one at the end');
  const reasons = watched.looks.flatMap(({ waiting }) => waiting.map(({ path, reason }) => `${path}: ${reason}`));
  assert.ok(reasons.includes('m/state: written all the time; the next kit has what is there then'), reasons.join('\n'));
});
