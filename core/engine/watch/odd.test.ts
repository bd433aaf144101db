import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kitfile, runWatch, type Step, type Watched } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' };

/** Lets time pass in steps: at most ten seconds are counted between two looks. */
const pass = (seconds: number): readonly ((step: Step) => void)[] =>
  Array.from(
    { length: Math.ceil(seconds / 10) },
    () =>
      ({ sleep }: Step) =>
        sleep(10_000),
  );

const oddIn = ({ kits }: Watched) => kits.map(({ odd }) => odd.map(({ path }) => path));

/** When the kits were made, in ms after the first look. */
const kitTimes = ({ looks }: Watched) =>
  looks.flatMap(({ at, committed }) => (committed ? [at - (looks[0]?.at ?? 0)] : []));

test('what is older than two minutes when the watch begins is packed at once, with one warning that names files and reasons', async () => {
  const watched = await runWatch({ ...first, 'm/x.ckpt': 'odd', 'm/y.ckpt': 'odd', 'm/step-1/w': '1' }, []);
  assert.deepEqual(oddIn(watched), [['m/x.ckpt', 'm/y.ckpt', 'm/step-1']]);
  assert.deepEqual(kitTimes(watched), [0]);
  assert.deepEqual(watched.warnings, [
    '3 files do not look complete and are packed as they are: m/x.ckpt (no "done" yet), m/y.ckpt (no "done" yet), m/step-1 (DONE is missing).',
  ]);
});

test('what was written just before the watch is waited for ten seconds', async () => {
  const watched = await runWatch({ ...first, 'm/x.ckpt': 'odd' }, pass(30), { ahead: 1_000 });
  assert.deepEqual(oddIn(watched), [['m/x.ckpt']]);
  assert.ok((kitTimes(watched)[0] ?? 0) >= 10_000);
});

for (const [what, files, path] of [
  ['a file', { 'm/b.ckpt': 'half' }, 'm/b.ckpt'],
  ['a checkpoint without its marker', { 'm/step-2/w': '2' }, 'm/step-2'],
  ['a file that needs another one', { 'm/b.needs': 'part' }, 'm/b.needs'],
] as const)
  test(`${what} that appears during the watch is waited for two minutes; then its layer is packed`, async () => {
    const watched = await runWatch(first, [({ write }) => write({ ...files, 'c/a.py': '22' }), ...pass(140)]);
    assert.deepEqual(oddIn(watched), [[], [], [path]]);
    const [, held = 0, packed = 0] = kitTimes(watched);
    assert.ok(packed - held >= 110_000 && packed - held < 140_000, `${packed - held} ms`);
    assert.deepEqual(watched.kits[1]?.held, ['model']);
    assert.equal(watched.warnings.length, 1);
  });

test('while a file is written, it is waited for without limit', async () => {
  const steps = Array.from({ length: 30 }, (_, n) => ({ write, sleep }: Step) => {
    write({ 'm/b.ckpt': 'half'.repeat(n + 1) });
    sleep(10_000);
  });
  const watched = await runWatch(first, [...steps, ({ write }) => write({ 'm/b.ckpt': 'all done' })]);
  assert.deepEqual(oddIn(watched), [[], []]);
});

test('when less is missing than before, the wait starts again', async () => {
  const checkpoint = Array.from({ length: 6 }, (_, n) => [
    ({ write }: Step) => write({ [`m/step-2/w${n}`]: String(n) }),
    ...pass(60),
  ]).flat();
  const watched = await runWatch(first, [...checkpoint, ({ write }) => write({ 'm/step-2/DONE': '' })]);
  assert.deepEqual(oddIn(watched), [[], []]);
});

test('a machine that slept, or a clock that jumped, does not end the wait', async () => {
  const steps = [({ write }: Step) => write({ 'm/b.ckpt': 'half' }), ({ sleep }: Step) => sleep(86_400_000)];
  const watched = await runWatch(first, [...steps, ({ write }) => write({ 'm/b.ckpt': 'all done' })]);
  assert.deepEqual(oddIn(watched), [[], []]);
});

test('each version gives one warning, and other changes of the layer are no longer held', async () => {
  const watched = await runWatch({ ...first, 'm/x.ckpt': 'odd' }, [
    ({ write }) => write({ 'm/b': 'new' }),
    ({ ask }) => ask('everything'),
    ({ write }) => write({ Kitfile: `${kitfile}docs: [{path: c/a.py}]\n` }),
    ({ write }) => write({ 'm/x.ckpt': 'odd again' }),
    ...pass(130),
  ]);
  assert.deepEqual(oddIn(watched), [['m/x.ckpt'], [], [], ['m/x.ckpt']]);
  assert.deepEqual(
    watched.kits.map(({ held }) => held),
    [[], [], [], []],
  );
  assert.equal(watched.warnings.filter((text) => text.includes('not look complete')).length, 2);
});

test('after the end of the training nothing unchanged is waited for, and a last kit holds all files', async () => {
  const watched = await runWatch(first, [
    ({ write }) => write({ 'm/b.ckpt': 'half', 'm/step-2/w': '2', 'c/a.py': '22' }),
  ]);
  assert.deepEqual(oddIn(watched), [[], [], ['m/b.ckpt', 'm/step-2']]);
  assert.deepEqual(watched.kits[1]?.held, ['model']);
  const [, held = 0, packed = 0] = kitTimes(watched);
  assert.ok(packed - held >= 2_000, 'processes that the training started may still write');
});

test('what is still written after the end is not packed; everything else is', async () => {
  let [size, ends] = [1, false];
  const watched = await runWatch(
    first,
    [
      ({ write }) => {
        ends = true;
        write({ 'm/b.ckpt': 'half', 'c/a.py': '22' });
      },
    ],
    {
      afterScan: ({ write, sleep }) => {
        if (!ends) return;
        sleep(1_000);
        write({ 'm/b.ckpt': 'half'.repeat(++size) });
      },
    },
  );
  assert.deepEqual(oddIn(watched), [[], []]);
  assert.deepEqual(watched.kits[1]?.held, ['model']);
});

test('a watch that made no kit fails, and the error names what it waited for', async () => {
  let size = 1;
  const afterScan = ({ write, sleep }: Step) => {
    sleep(1_000);
    write({ 'm/b.ckpt': 'half'.repeat(++size) });
  };
  await assert.rejects(runWatch({ ...first, 'm/b.ckpt': 'half' }, [], { afterScan }), {
    code: 'kit-not-made',
    message: 'The watch ended without a kit: it waited for m/b.ckpt (no "done" yet).',
  });
  await assert.rejects(runWatch({ Kitfile: kitfile, 'm/a': '1' }, []), { code: 'kit-not-made', message: /: .*\bc\b/ });
});
