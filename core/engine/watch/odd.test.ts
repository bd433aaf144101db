import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kitfile, runWatch, type Step, type Watched } from './testing/runWatch.ts';

const first = { Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' };

/** Lets time pass in looks: no more than ten seconds count between two of them. */
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

test('what was there for long before the watch is packed at once, with one warning that names it and its reason', async () => {
  const watched = await runWatch({ ...first, 'm/x.ckpt': 'odd', 'm/y.ckpt': 'odd', 'm/step-1/w': '1' }, []);
  assert.deepEqual(oddIn(watched), [['m/x.ckpt', 'm/y.ckpt', 'm/step-1']]);
  assert.deepEqual(kitTimes(watched), [0]);
  assert.deepEqual(watched.warnings, [
    '3 files do not look complete and are packed as they lie there: m/x.ckpt (no "done" yet), m/y.ckpt (no "done" yet), m/step-1 (DONE is missing).',
  ]);
});

test('what was there a moment before the watch is waited for, ten seconds', async () => {
  const watched = await runWatch({ ...first, 'm/x.ckpt': 'odd' }, pass(30), { ahead: 1_000 });
  assert.deepEqual(oddIn(watched), [['m/x.ckpt']]);
  assert.ok((kitTimes(watched)[0] ?? 0) >= 10_000);
});

for (const [what, files, path] of [
  ['a file', { 'm/b.ckpt': 'half' }, 'm/b.ckpt'],
  ['a checkpoint without its mark', { 'm/step-2/w': '2' }, 'm/step-2'],
  ['a file that needs another one', { 'm/b.needs': 'part' }, 'm/b.needs'],
] as const)
  test(`${what} that came during the watch is waited for two minutes; then the layer goes on`, async () => {
    const watched = await runWatch(first, [({ write }) => write({ ...files, 'c/a.py': '22' }), ...pass(140)]);
    assert.deepEqual(oddIn(watched), [[], [], [path]]);
    const [, held = 0, packed = 0] = kitTimes(watched);
    assert.ok(packed - held >= 110_000 && packed - held < 140_000, `${packed - held} ms`);
    assert.deepEqual(watched.kits[1]?.held, ['model']);
    assert.equal(watched.warnings.length, 1);
  });

test('whoever goes on writing is waited for on and on', async () => {
  const steps = Array.from({ length: 30 }, (_, n) => ({ write, sleep }: Step) => {
    write({ 'm/b.ckpt': 'half'.repeat(n + 1) });
    sleep(10_000);
  });
  const watched = await runWatch(first, [...steps, ({ write }) => write({ 'm/b.ckpt': 'all done' })]);
  assert.deepEqual(oddIn(watched), [[], []]);
});

test('where what is missing becomes less, somebody is at it', async () => {
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

test('a version is warned of once, the next one again; other changes of the layer are held no more', async () => {
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

test('the end of the training waits for nothing that stays as it is, and a last kit holds what is there', async () => {
  const watched = await runWatch(first, [
    ({ write }) => write({ 'm/b.ckpt': 'half', 'm/step-2/w': '2', 'c/a.py': '22' }),
  ]);
  assert.deepEqual(oddIn(watched), [[], [], ['m/b.ckpt', 'm/step-2']]);
  assert.deepEqual(watched.kits[1]?.held, ['model']);
  const [, held = 0, packed = 0] = kitTimes(watched);
  assert.ok(packed - held >= 2_000, 'what it left behind may still write');
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

test('a watch that made no kit fails, and says what it waited for', async () => {
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
