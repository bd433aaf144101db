import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { CheckpointFormat, LayerType, Readiness } from '../build/capabilities.ts';
import { createKitwright } from '../build/createKitwright.ts';
import { definePlugin } from '../build/plugin.ts';
import { tarRecipe } from '../layers/tarRecipe.ts';
import { parseReference } from '../oci/reference.ts';
import { createLocalStore } from '../store/localStore.ts';
import type { Hints } from './hints.ts';
import type { Waiting } from './settling.ts';
import { finish, type WatchedKit, watchKit } from './watchKit.ts';

const tar: LayerType = {
  id: 'tar',
  format: 'tar',
  compressible: true,
  collect: (tree) => ({ files: tree.entries() }),
  recipe: ({ files }, context) =>
    tarRecipe(
      files.map(({ path, type, print }) => ({
        entry: { path, type, mode: print.mode & 0o7777, size: type === 'file' ? print.size : 0 },
        ...(type === 'file'
          ? { file: { kind: 'file', path: `${context}/${path}`, offset: 0, size: print.size, print } as const }
          : {}),
      })),
    ),
};

/** A format whose files end with "done". */
const doneFormat: Readiness = {
  id: 'done',
  matches: (name) => name.endsWith('.ckpt'),
  check: ({ size, read }) =>
    read(Math.max(0, size - 4), 4).toString() === 'done'
      ? { state: 'ready' }
      : { state: 'not-yet', reason: 'no "done" yet', retryAfter: 50 },
};

/** Directories `step-N`, which are complete with a file DONE. */
const markedFormat: CheckpointFormat = {
  id: 'marked',
  matches: ({ name }) => name.startsWith('step-'),
  check: ({ names, text }) =>
    names.includes('DONE') || text('../ALL') === 'done'
      ? { state: 'ready' }
      : { state: 'not-yet', reason: 'DONE is missing', retryAfter: 50 },
};

const plugin = definePlugin({
  name: 'test',
  apiVersion: 1,
  apply: ({ register }) => {
    register('layerType', tar);
    register('readiness', doneFormat);
    register('checkpoint', markedFormat);
    return undefined;
  },
});

const kitwright = createKitwright({ plugins: [plugin], threads: 1 });
after(() => kitwright.close());

type Write = (files: Readonly<Record<string, string>>) => void;

/** A watch whose clock only moves when the test says so; it begins `ahead` ms after the files were written. Each step may change files; then the watch looks until it rests. */
const runWatch = async (
  first: Readonly<Record<string, string>>,
  steps: readonly ((write: Write) => void)[],
  ahead = 3_600_000,
) => {
  const root = mkdtempSync(join(tmpdir(), 'kitwright-watch-'));
  const directory = join(root, 'p');
  let now = Date.now() + ahead;
  const write: Write = (files) => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(directory, name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, content);
    }
  };
  write(first);
  const stop = new AbortController();
  const kits: WatchedKit[] = [];
  const waits: (readonly Waiting[])[] = [];
  const failures: string[] = [];
  const queue = [...steps];
  let quietLooks = 0;
  // A timer fires at once; every second silent look in a row lets the next step happen.
  const later = (callback: () => void, ms: number) => {
    now += ms;
    if (++quietLooks > 4) {
      quietLooks = 0;
      const step = queue.shift();
      if (step) step(write);
      else stop.abort(finish);
    }
    const handle = setImmediate(callback);
    return () => clearImmediate(handle);
  };
  const hints: Hints = { onHint: () => undefined, [Symbol.asyncDispose]: async () => undefined };
  await watchKit(kitwright, {
    directory,
    kitfile: {},
    store: createLocalStore(join(root, 'store')),
    layerFormat: 'tar',
    capture: 'copy',
    signal: new AbortController().signal,
    hints,
    clock: { now: () => now, later },
    quiet: 300,
    nameOf: () => parseReference('x:latest'),
    onKit: (kit) => kits.push(kit),
    onWaiting: (waiting) => waits.push(waiting),
    onFailure: ({ code }) => failures.push(code),
    onStart: () => undefined,
    stop: stop.signal,
  });
  rmSync(root, { recursive: true, force: true });
  return { kits, waits, failures };
};

const kitfile = 'manifestVersion: 1.0.0\nmodel: {path: m}\ncode: [{path: c}]\n';

const summary = (kits: readonly WatchedKit[]) =>
  kits.map(({ kit }) => kit.layers.flatMap(({ entry, cost }) => (cost.reused ? [] : [entry.id])));

test('one kit at first, one for every settled change, only changed layers are rebuilt', async () => {
  const { kits } = await runWatch({ Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' }, [
    (write) => write({ 'c/a.py': '22' }),
    (write) => write({ 'm/b': 'new' }),
  ]);
  assert.deepEqual(summary(kits), [['model', 'code.0'], ['code.0'], ['model']]);
});

test('a touched file makes no kit', async () => {
  const { kits } = await runWatch({ Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' }, [(write) => write({ 'm/a': '1' })]);
  assert.equal(kits.length, 1);
});

test('an incomplete checkpoint is held back with its reason, other layers go on, the complete one follows', async () => {
  const { kits, waits } = await runWatch({ Kitfile: kitfile, 'm/a.ckpt': 'one done', 'c/a.py': '1' }, [
    (write) => write({ 'm/b.ckpt': 'half', 'c/a.py': '22' }),
    (write) => write({ 'm/b.ckpt': 'whole done' }),
  ]);
  assert.deepEqual(
    kits.map(({ held }) => held),
    [[], ['model'], []],
  );
  assert.deepEqual(summary(kits).slice(2), [['model']]);
  assert.ok(
    waits.some((waiting) => waiting.some(({ path, reason }) => path === 'm/b.ckpt' && reason === 'no "done" yet')),
  );
});

test('logs do not trigger, but travel with the next kit', async () => {
  const { kits } = await runWatch({ Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' }, [
    (write) => write({ 'm/train.log': 'line' }),
    (write) => write({ 'c/a.py': '22' }),
  ]);
  assert.deepEqual(summary(kits), [
    ['model', 'code.0'],
    ['model', 'code.0'],
  ]);
});

test('a Kitfile that is broken for a while is reported once and the watch goes on', async () => {
  const { kits, failures } = await runWatch({ Kitfile: kitfile, 'm/a': '1', 'c/a.py': '1' }, [
    (write) => write({ Kitfile: 'modle: 1' }),
    (write) => write({ Kitfile: kitfile, 'c/a.py': '22' }),
  ]);
  assert.deepEqual(failures, ['kitfile-invalid']);
  assert.equal(kits.length, 2);
});

test('a checkpoint of several files is held back until its mark is there, in it or beside it', async () => {
  const steps = [
    (write: Write) => write({ 'm/step-2/w': 'half', 'c/a.py': '22' }),
    (write: Write) => write({ 'm/step-2/DONE': '' }),
    (write: Write) => write({ 'm/step-3/w': '3', 'm/ALL': 'done' }),
  ];
  const { kits, waits } = await runWatch(
    { Kitfile: kitfile, 'm/step-1/w': '1', 'm/step-1/DONE': '', 'c/a.py': '1' },
    steps,
    1_000,
  );
  assert.deepEqual(
    kits.map(({ held }) => held),
    [[], ['model'], [], []],
  );
  assert.ok(
    waits.some((waiting) => waiting.some(({ path, reason }) => path === 'm/step-2' && reason === 'DONE is missing')),
  );
});

test('a checkpoint that its writer gave up holds nothing back for ever', async () => {
  const { kits } = await runWatch({ Kitfile: kitfile, 'm/step-1/w': 'left by a run that died', 'c/a.py': '1' }, []);
  assert.equal(kits.length, 1);
});
