import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileId } from '../files/fingerprint.ts';
import { kitfile, runWatch, type Step } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' };

test('a complete checkpoint does not wait for another one in its layer', async () => {
  const { kits, texts } = await runWatch(first, [
    ({ write }) => write({ 'm/step-1/w': '1', 'm/step-1/DONE': '', 'm/step-2/w': 'half' }),
    ({ write }) => write({ 'm/step-2/w': 'whole', 'm/step-2/DONE': '' }),
  ]);
  assert.deepEqual(
    texts.map((files) => Object.keys(files).filter((path) => path.startsWith('m/'))),
    [
      ['m/a'],
      ['m/a', 'm/step-1/DONE', 'm/step-1/w'],
      ['m/a', 'm/step-1/DONE', 'm/step-1/w', 'm/step-2/DONE', 'm/step-2/w'],
    ],
  );
  assert.deepEqual(
    kits.map(({ held }) => held),
    [[], ['model'], []],
  );
});

test('a file that is being written again keeps its last version, in its place, beside what is new', async () => {
  const { texts } = await runWatch({ ...first, 'm/b.ckpt': 'old done', 'm/z': 'z' }, [
    ({ write }) => write({ 'm/b.ckpt': 'half', 'm/c': 'new' }),
    ({ write }) => write({ 'm/b.ckpt': 'new done' }),
  ]);
  assert.deepEqual(
    texts.map((files) => files['m/b.ckpt']),
    ['old done', 'old done', 'new done'],
  );
  assert.deepEqual(Object.keys(texts[1] ?? {}), ['m/a', 'm/b.ckpt', 'm/c', 'm/z', 'c/a.py']);
});

test('a checkpoint that is being replaced keeps all its files, also those that are gone', async () => {
  const replace = ({ write, directory }: Step) => {
    rmSync(join(directory, 'm/step-1'), { recursive: true });
    write({ 'm/step-1/v': 'half', 'm/c': 'new' });
  };
  const { texts } = await runWatch({ ...first, 'm/step-1/DONE': '', 'm/step-1/w': 'old' }, [
    replace,
    ({ write }) => write({ 'm/step-1/v': 'whole', 'm/step-1/DONE': '' }),
  ]);
  assert.deepEqual(
    texts.map((files) => Object.entries(files).filter(([path]) => path.startsWith('m/step-1/'))),
    [
      [
        ['m/step-1/DONE', ''],
        ['m/step-1/w', 'old'],
      ],
      [
        ['m/step-1/DONE', ''],
        ['m/step-1/w', 'old'],
      ],
      [
        ['m/step-1/DONE', ''],
        ['m/step-1/v', 'whole'],
      ],
    ],
  );
});

test('a layer without a version waits for what was there when the watch began, not for what came later', async () => {
  const early = await runWatch({ ...first, 'm/b.ckpt': 'half' }, [({ write }) => write({ 'm/b.ckpt': 'b done' })], {
    ahead: 1_000,
  });
  assert.deepEqual(
    early.texts.map((files) => files['m/b.ckpt']),
    ['b done'],
  );
  const late = await runWatch({ Kitfile: kitfile, 'c/a.py': '1' }, [
    ({ write }) => write({ 'm/step-1/w': 'half' }),
    ({ write }) => write({ 'm/step-2/w': '2', 'm/step-2/DONE': '' }),
  ]);
  assert.deepEqual(Object.keys(late.texts[0] ?? {}), ['m/step-2/DONE', 'm/step-2/w', 'c/a.py']);
});

test('a new directory makes no kit before it has a file', async () => {
  const { texts } = await runWatch(first, [
    ({ directory }) => mkdirSync(join(directory, 'm/next')),
    ({ write }) => write({ 'm/next/w': '1' }),
  ]);
  assert.deepEqual(
    texts.map((files) => files['m/next/w']),
    [undefined, '1'],
  );
});

test('a new directory waits for what does not have its final name yet, however long its writer pauses', async () => {
  const { texts, looks } = await runWatch(first, [
    ({ write }) => write({ 'm/any/config': '1', 'm/any/.tmpXy': 'half' }),
    ({ write }) => write({ 'm/c': 'new' }),
    ({ directory }) => renameSync(join(directory, 'm/any/.tmpXy'), join(directory, 'm/any/weights')),
  ]);
  assert.deepEqual(
    texts.map((files) => Object.keys(files).filter((path) => path.startsWith('m/'))),
    [['m/a'], ['m/a', 'm/c'], ['m/a', 'm/any/config', 'm/any/weights', 'm/c']],
  );
  const reasons = looks.flatMap(({ waiting }) => waiting.map(({ path, reason }) => `${path}: ${reason}`));
  assert.ok(reasons.includes('m/any/.tmpXy: it does not have its final name yet'), reasons.join());
});

test('a checkpoint that is half removed keeps its last version, and is not waited for', async () => {
  const { texts, waits, looks } = await runWatch({ ...first, 'm/step-1/DONE': '', 'm/step-1/w': 'old' }, [
    ({ write, directory }) => {
      rmSync(join(directory, 'm/step-1/DONE'));
      write({ 'm/c': 'new' });
    },
    ({ directory }) => rmSync(join(directory, 'm/step-1'), { recursive: true }),
  ]);
  assert.deepEqual(
    texts.map((files) => files['m/step-1/w']),
    ['old', 'old', undefined],
  );
  assert.deepEqual(waits.flat(), []);
  assert.ok(looks.some(({ waiting }) => waiting.some(({ reason }) => reason === 'it is being removed')));
});

test('weights of any name are held until they are complete by their contents; empty ones are held too', async () => {
  const { texts, waits } = await runWatch(first, [
    ({ write }) => write({ 'm/optimizer.bin': 'DATA half', 'm/b.keras': '', 'm/c': 'new' }),
    ({ write }) => write({ 'm/optimizer.bin': 'DATA and its end', 'm/b.keras': 'filled' }),
  ]);
  assert.deepEqual(
    texts.map((files) => [files['m/c'], files['m/optimizer.bin'], files['m/b.keras']]),
    [
      [undefined, undefined, undefined],
      ['new', undefined, undefined],
      ['new', 'DATA and its end', 'filled'],
    ],
  );
  const reasons = new Map(waits.flat().map(({ path, reason }) => [path, reason]));
  assert.equal(reasons.get('m/optimizer.bin'), 'no "end" yet');
  assert.equal(reasons.get('m/b.keras'), 'it is empty');
});

test('a checkpoint that a program has open for writing is held, a log is not', async () => {
  let open: readonly string[] = [];
  const { texts } = await runWatch(
    first,
    [
      ({ write, directory }) => {
        write({ 'm/b.ckpt': 'b done', 'm/x.csv': 'line' });
        open = ['b.ckpt', 'x.csv'].map((name) => fileId(statSync(join(directory, 'm', name), { bigint: true })));
      },
      ({ write }) => {
        open = [];
        write({ 'm/c': 'new' });
      },
    ],
    { openFiles: () => new Set(open) },
  );
  assert.deepEqual(
    texts.map((files) => [files['m/x.csv'], files['m/b.ckpt']]),
    [
      [undefined, undefined],
      ['line', undefined],
      ['line', 'b done'],
    ],
  );
});

test('a temporary file that was just written is left out: it would vanish while its layer is read', async () => {
  const { texts } = await runWatch(
    first,
    [({ ask }) => ask('now'), ({ write }) => write({ 'm/.tmp1': 'x', 'm/step-1/w': '1', 'm/step-1/DONE': '' })],
    { quiet: 1e12, ahead: 1_000 },
  );
  assert.deepEqual(
    texts.map((files) => [files['m/step-1/w'], files['m/.tmp1']]),
    [
      [undefined, undefined],
      ['1', undefined],
      ['1', 'x'],
    ],
  );
});

test('a complete checkpoint is packed whole, also if one of its files is in a format that looks incomplete', async () => {
  const { kits, texts } = await runWatch(first, [
    ({ write }) => write({ 'm/step-1/w.ckpt': 'no end', 'm/step-1/x': '1', 'm/step-1/DONE': '' }),
  ]);
  assert.deepEqual(
    texts.map((files) => files['m/step-1/w.ckpt']),
    [undefined, 'no end'],
  );
  assert.deepEqual(kits[1]?.odd, []);
});

test('the files of a new directory belong together: none is packed before all are complete', async () => {
  const { texts } = await runWatch(first, [
    ({ write }) => write({ 'm/new/config': '1', 'm/new/deep/w.ckpt': 'half', 'm/c': 'new' }),
    ({ write }) => write({ 'm/new/deep/w.ckpt': 'all done' }),
    ({ write }) => write({ 'm/new/v.ckpt': 'half', 'm/new/more': '1' }),
  ]);
  assert.deepEqual(
    texts.slice(0, 4).map((files) => Object.keys(files).filter((path) => path.startsWith('m/new/'))),
    [[], [], ['m/new/config', 'm/new/deep/w.ckpt'], ['m/new/config', 'm/new/deep/w.ckpt', 'm/new/more']],
  );
});
