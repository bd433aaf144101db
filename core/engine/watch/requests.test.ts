import assert from 'node:assert/strict';
import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kitfile, runWatch, type Step } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' };

test('a requested look is reported as such, and makes no kit if nothing changed', async () => {
  const { kits, looks } = await runWatch(first, [({ ask }) => ask('look')]);
  assert.equal(kits.length, 1);
  assert.deepEqual(
    looks.flatMap(({ request, committed }) => (request ? [[request, committed]] : [])),
    [['look', false]],
  );
});

test('a kit that is requested now waits for no quiet time and no pace, but for incomplete files', async () => {
  const now = ({ write, ask }: Step) => {
    write({ 'm/b': 'new', 'c/half.ckpt': 'half' });
    ask('now');
  };
  const { kits, looks } = await runWatch(first, [now], { pace: { interval: 1e9 }, quiet: 1e9, ahead: 1e9 + 1 });
  assert.deepEqual(
    kits.slice(0, 2).map(({ held }) => held),
    [[], ['code.0']],
  );
  assert.ok(looks.some(({ request, committed }) => request === 'now' && committed));
});

test('on request every file is read again, also if its fingerprint did not change', async () => {
  const secretly = ({ directory, ask }: Step) => {
    const path = join(directory, 'm/a');
    const { atime, mtime } = statSync(path);
    writeFileSync(path, '2');
    utimesSync(path, atime, mtime);
    ask('everything');
  };
  const torn = ({ write, ask }: Step) => {
    write({ 'm/half.ckpt': 'half' });
    ask('everything');
  };
  const { kits, looks } = await runWatch(first, [secretly, ({ ask }) => ask('everything'), torn]);
  assert.deepEqual(
    kits.map(({ odd }) => odd.length),
    [0, 0, 1],
    'what is incomplete is held until the end all the same',
  );
  const asked = looks.flatMap(({ request, committed }) => (request ? [committed] : []));
  assert.deepEqual(asked, [true, false, false], 'equal bytes make no kit');
});

test('a warning of the end suspends the pace until the next kit, but waits for incomplete files', async () => {
  const { kits } = await runWatch(
    first,
    [
      ({ write }) => write({ 'm/b.ckpt': 'half' }),
      ({ ask }) => ask('hurry'),
      ({ write }) => write({ 'm/b.ckpt': 'whole done' }),
      ({ write }) => write({ 'm/c': 'not before the pace allows it, or the end' }),
      ({ write }) => write({ 'm/d': 'with c' }),
    ],
    { pace: { interval: 1e9 } },
  );
  assert.deepEqual(
    kits.map(({ kit }) => kit.layers.flatMap(({ cost }) => cost.changed)),
    [['m/a', 'c/a.py'], ['m/b.ckpt'], ['m/c', 'm/d']],
  );
});
