import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kitfile, rebuilt, runWatch, type Step } from './testing/runWatch.ts';

test('one kit at first, one for every complete change, only changed layers are rebuilt', async () => {
  const { kits } = await runWatch({ Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' }, [
    ({ write }) => write({ 'c/a.py': '22' }),
    ({ write }) => write({ 'm/b': 'new' }),
  ]);
  assert.deepEqual(rebuilt(kits), [['model', 'code.0'], ['code.0'], ['model']]);
});

test('a touched file makes no kit', async () => {
  const { kits } = await runWatch({ Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' }, [
    ({ write }) => write({ 'm/a': '1' }),
  ]);
  assert.equal(kits.length, 1);
});

test('an incomplete checkpoint is held back with its reason, other layers are packed, the complete one follows', async () => {
  const { kits, waits } = await runWatch({ Kitfile: kitfile, 'm/a.ckpt': 'one done', 'c/a.py': '1' }, [
    ({ write }) => write({ 'm/b.ckpt': 'half', 'c/a.py': '22' }),
    ({ write }) => write({ 'm/b.ckpt': 'whole done' }),
  ]);
  assert.deepEqual(
    kits.map(({ held }) => held),
    [[], ['model'], []],
  );
  assert.deepEqual(rebuilt(kits).slice(2), [['model']]);
  assert.ok(
    waits.some((waiting) => waiting.some(({ path, reason }) => path === 'm/b.ckpt' && reason === 'no "done" yet')),
  );
});

test('logs do not trigger a kit, but are packed with the next one', async () => {
  const { kits } = await runWatch({ Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' }, [
    ({ write }) => write({ 'm/train.log': 'line' }),
    ({ write }) => write({ 'c/a.py': '22' }),
  ]);
  assert.deepEqual(rebuilt(kits), [
    ['model', 'code.0'],
    ['model', 'code.0'],
  ]);
});

test('a path that does not exist yet is waited for, and named once', async () => {
  const { kits, waits, failures } = await runWatch({ Kitfile: kitfile, 'c/a.py': '1' }, [
    ({ write }) => write({ 'm/a': '1' }),
    ({ directory }) => rmSync(join(directory, 'c'), { recursive: true }),
    ({ write }) => write({ 'c/a.py': '22' }),
  ]);
  assert.deepEqual(rebuilt(kits), [['model', 'code.0'], ['code.0']]);
  const waiting = waits.map((paths) => paths.map(({ path, reason }) => `${path}: ${reason}`).join());
  assert.deepEqual(waiting, ['m: it does not exist yet', '', 'c: it does not exist yet', '']);
  assert.deepEqual(failures, []);
});

test('a path that does not exist when the training ends is an error', async () => {
  const watching = runWatch({ Kitfile: kitfile, 'c/a.py': '1' }, []);
  await assert.rejects(watching, /without a kit: The path m of the model layer \(model\) does not exist/);
});

test('a Kitfile that is invalid for a while is reported once, and the watch continues', async () => {
  const { kits, failures } = await runWatch({ Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' }, [
    ({ write }) => write({ Kitfile: 'modle: 1' }),
    ({ write }) => write({ Kitfile: kitfile, 'c/a.py': '22' }),
  ]);
  assert.deepEqual(failures, ['kitfile-invalid']);
  assert.equal(kits.length, 2);
});

test('a checkpoint of several files is held back until its marker exists, in it or beside it', async () => {
  const steps = [
    ({ write }: Step) => write({ 'm/step-2/w': 'half', 'c/a.py': '22' }),
    ({ write }: Step) => write({ 'm/step-2/DONE': '' }),
    ({ write }: Step) => write({ 'm/step-3/w': '3', 'm/ALL': 'done' }),
  ];
  const { kits, waits } = await runWatch(
    { Kitfile: kitfile, 'm/step-1/w': '1', 'm/step-1/DONE': '', 'c/a.py': '1' },
    steps,
    { ahead: 1_000 },
  );
  assert.deepEqual(
    kits.map(({ held }) => held),
    [[], ['model'], [], []],
  );
  assert.ok(
    waits.some((waiting) => waiting.some(({ path, reason }) => path === 'm/step-2' && reason === 'DONE is missing')),
  );
});

test('a checkpoint that has just begun, or is half removed, is held back until it is complete or removed', async () => {
  const steps = [
    ({ write, directory }: Step) => {
      mkdirSync(join(directory, 'm/step-2'));
      write({ 'c/a.py': '22' });
    },
    ({ write }: Step) => write({ 'm/step-2/w': '2', 'm/step-2/DONE': '' }),
    ({ write, directory }: Step) => {
      rmSync(join(directory, 'm/step-1/DONE'));
      write({ 'c/a.py': '333' });
    },
    ({ directory }: Step) => rmSync(join(directory, 'm/step-1'), { recursive: true }),
  ];
  const { kits } = await runWatch({ Kitfile: kitfile, 'm/step-1/w': '1', 'm/step-1/DONE': '', 'c/a.py': '1' }, steps, {
    ahead: 1_000,
  });
  assert.deepEqual(
    kits.map(({ held }) => held),
    [[], ['model'], [], ['model'], []],
  );
});

test('a checkpoint that its writer abandoned does not hold its layer back for ever', async () => {
  const { kits } = await runWatch({ Kitfile: kitfile, 'm/step-1/w': 'left by a run that died', 'c/a.py': '1' }, []);
  assert.equal(kits.length, 1);
});

test('each look makes one scan, which finds changes and gives the plan its files', async () => {
  const { kits, looks, scans } = await runWatch({ Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' }, [
    ({ write }) => write({ 'c/a.py': '22' }),
  ]);
  assert.equal(kits.length, 2);
  assert.equal(scans.length, looks.length);
  assert.ok(
    scans.some(({ found }) => found.trees === undefined),
    'a known tree is not returned again',
  );
});

test('a Kitfile that names other layers makes the look scan those', async () => {
  const { kits, scans } = await runWatch({ Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1', 'd/a': '1' }, [
    ({ write }) => write({ Kitfile: `${kitfile}docs: [{path: d}]\n` }),
  ]);
  assert.deepEqual(rebuilt(kits), [['model', 'code.0'], ['docs.0']]);
  assert.deepEqual([...new Set(scans.map(({ paths }) => paths.join()))], ['m,c', 'm,c,d']);
});

const late: Readonly<Record<string, { readonly files: Readonly<Record<string, string>>; readonly marker: string }>> = {
  'the marker of a checkpoint': { files: { 'm/step-2/w': '2' }, marker: 'm/step-2/DONE' },
  'a marker beside a checkpoint': { files: { 'm/step-2/w': '2' }, marker: 'm/ALL' },
  'the file that another one waits for': { files: { 'm/b.needs': 'part' }, marker: 'm/part' },
};

for (const [what, { files, marker }] of Object.entries(late)) {
  test(`${what}, written after the scan, does not complete what this scan saw`, async () => {
    let [written, isLate] = [false, false];
    const { kits } = await runWatch(
      { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' },
      [
        ({ write }) => {
          write({ ...files, 'c/a.py': '22' });
          written = true;
        },
      ],
      {
        ahead: 60_000,
        afterScan: ({ write }) => {
          if (!written || isLate) return;
          isLate = true;
          write({ [marker]: 'done' });
        },
      },
    );
    assert.deepEqual(
      kits.map(({ held }) => held),
      [[], ['model'], []],
    );
    assert.deepEqual(rebuilt(kits).slice(2), [['model']]);
  });
}

test('a file that another one needs may be a link, if its target exists', async () => {
  const { kits } = await runWatch({ Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' }, [
    ({ write, directory }) => {
      symlinkSync('nowhere', join(directory, 'm/part'));
      write({ 'm/b.needs': 'part', 'c/a.py': '22' });
    },
    ({ directory }) => {
      rmSync(join(directory, 'm/part'));
      symlinkSync('a', join(directory, 'm/part'));
    },
  ]);
  assert.deepEqual(
    kits.map(({ held }) => held),
    [[], ['model'], []],
  );
});
