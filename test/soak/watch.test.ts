import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compression } from '@kitwright/compression';
import { createKitwright, openStore } from '@kitwright/core/internal';
import {
  computeKit,
  createTreeScan,
  fileHints,
  finish,
  type Hints,
  type PackOptions,
  systemClock,
  watchKit,
} from '@kitwright/core/internal/builds';
import { layerTypes } from '@kitwright/layer-types';
import fc from 'fast-check';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { applyOp, directoriesIn, type FileOp, fileOpKinds } from './fileOps.ts';

/** Runs of random writers: few among all the tests, more in `npm run soak`. */
const seeds = Number(process.env['SEEDS'] ?? 5);

const kitwright = createKitwright({ plugins: [layerTypes(), compression()] });
after(() => kitwright.close());

/**
 * The hints after each step of the writers: each number is a hint, and the number of timers after which it comes. There
 * may be none.
 */
type Hinting = readonly (readonly number[])[];

interface Truth {
  readonly step: number;
  readonly committed: string | undefined;
  readonly cold: string;
}

const packOptions = (directory: string, home: string): PackOptions => ({
  directory,
  kitfile: {},
  store: openStore(home).local,
  layerFormat: 'tar',
  capture: 'copy',
  signal: new AbortController().signal,
});

/** A new directory makes no kit before it has a file, so the writers leave none without one. */
const fillNewDirectories = (root: string, known: ReadonlySet<string>): void => {
  for (const path of directoriesIn(root))
    if (!known.has(path) && readdirSync(path).length === 0) writeFileSync(join(path, 'filled'), path);
};

/** The kit that a pack with a new, empty store makes of the current files. */
const coldDigest = async (directory: string, home: string): Promise<string> =>
  (await computeKit(kitwright, packOptions(directory, home))).root.digest;

/**
 * A watch of a real directory whose writers write between its looks, with a clock of the test. Returns for every step
 * the manifest that was committed when the watch had no more work, and the expected one.
 */
const follow = async (steps: readonly (readonly FileOp[])[], hinting: Hinting): Promise<readonly Truth[]> => {
  using folder = temporaryFolder();
  const directory = join(folder.path, 'project');
  mkdirSync(join(directory, 'data/sub'), { recursive: true });
  writeFileSync(join(directory, 'Kitfile'), 'manifestVersion: 1.0.0\ndatasets: [{path: data}]\n');
  writeFileSync(join(directory, 'data/f0'), 'first');
  writeFileSync(join(directory, 'data/sub/f1'), 'second');
  const stop = new AbortController();
  const truths: Truth[] = [];
  const queue = [...steps];
  let [committed, now, silent]: [string | undefined, number, number] = [undefined, Date.now() + 60_000, 0];
  let ring: () => void = () => undefined;
  let late: readonly number[] = [];
  const check = async (): Promise<void> => {
    const cold = await coldDigest(directory, join(folder.path, `cold${truths.length}`));
    truths.push({ step: truths.length, committed, cold });
    const ops = queue.shift();
    if (!ops) return stop.abort(finish);
    const known = new Set(directoriesIn(join(directory, 'data')));
    for (const op of ops) applyOp(join(directory, 'data'), op);
    fillNewDirectories(join(directory, 'data'), known);
    // A hint of one step may come after hints of the next.
    late = [...late, ...(hinting[truths.length % Math.max(1, hinting.length)] ?? [])];
  };
  // Timers end at once. After some looks without a change the watch has no more work: then the writers continue.
  const later = (callback: () => void, ms: number) => {
    now += ms;
    for (const timers of late) if (timers === 0) ring();
    late = late.filter((timers) => timers > 0).map((timers) => timers - 1);
    const isIdle = ++silent > 6;
    if (isIdle) silent = 0;
    const handle = setImmediate(() => void (isIdle ? check().then(callback) : callback()));
    return () => clearImmediate(handle);
  };
  const hints: Hints = {
    onHint: (listener) => {
      ring = listener;
    },
    working: () => true,
    [Symbol.asyncDispose]: async () => undefined,
  };
  await using treeScan = createTreeScan();
  await watchKit(kitwright, {
    ...packOptions(directory, join(folder.path, 'home')),
    hints,
    treeScan,
    clock: { now: () => now, later },
    quiet: 0,
    nameOf: () => undefined,
    onKit: ({ kit }) => {
      committed = kit.root.digest;
      silent = 0;
    },
    onWaiting: () => undefined,
    onFailure: () => undefined,
    onStart: () => undefined,
    stop: stop.signal,
  });
  const cold = await coldDigest(directory, join(folder.path, 'last'));
  return [...truths, { step: truths.length, committed, cold }];
};

const anyOp = fc.record({ kind: fc.constantFrom(...fileOpKinds), pick: fc.nat(1000), other: fc.nat(1000) });
const anySteps = fc.array(fc.array(anyOp, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
/** Hints are dropped, doubled, late, or out of order; or there are none. */
const anyHinting = fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { maxLength: 3 });

test('property P: for any writers and any hints, the committed manifest is that of a cold pack', async () => {
  await fc.assert(
    fc.asyncProperty(anySteps, anyHinting, async (steps, hinting) => {
      for (const { step, committed, cold } of await follow(steps, hinting))
        assert.equal(committed, cold, `step ${step}`);
    }),
    { numRuns: seeds, ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}) },
  );
});

/** Runs with a writer in another process, which never waits. */
const races = Math.max(2, Math.ceil(seeds / 25));

for (let seed = 1; seed <= races; seed++) {
  test(`writers that never wait: the last kit of race ${seed} is that of a cold pack, and no look ends the watch`, async () => {
    using folder = temporaryFolder();
    const directory = join(folder.path, 'project');
    mkdirSync(join(directory, 'data/sub'), { recursive: true });
    writeFileSync(join(directory, 'Kitfile'), 'manifestVersion: 1.0.0\ndatasets: [{path: data}]\n');
    writeFileSync(join(directory, 'data/sub/f1'), Buffer.alloc(300_000, 'x'));
    const stop = new AbortController();
    await using hints = fileHints(directory, () => undefined);
    await using treeScan = createTreeScan();
    let committed: string | undefined;
    const args = [fileURLToPath(new URL('writer.ts', import.meta.url)), join(directory, 'data'), String(seed), '3000'];
    await watchKit(kitwright, {
      ...packOptions(directory, join(folder.path, 'home')),
      hints,
      treeScan,
      clock: systemClock,
      quiet: 0,
      nameOf: () => undefined,
      onKit: ({ kit }) => {
        committed = kit.root.digest;
      },
      onWaiting: () => undefined,
      onFailure: () => undefined,
      onStart: () => {
        const writer = spawn(process.execPath, args, { stdio: 'ignore' });
        writer.on('exit', (code) => stop.abort(code === 0 ? finish : new Error(`the writer ended with ${code}`)));
      },
      stop: stop.signal,
    });
    assert.equal(stop.signal.reason, finish);
    assert.equal(committed, await coldDigest(directory, join(folder.path, 'cold')));
  });
}

test('the check can fail: a change that the watch does not see makes another manifest', async () => {
  using folder = temporaryFolder();
  const directory = join(folder.path, 'p');
  mkdirSync(join(directory, 'data'), { recursive: true });
  writeFileSync(join(directory, 'Kitfile'), 'manifestVersion: 1.0.0\ndatasets: [{path: data}]\n');
  writeFileSync(join(directory, 'data/f0'), 'first');
  const before = await coldDigest(directory, join(folder.path, 'a'));
  applyOp(join(directory, 'data'), { kind: 'sameSizeOldTime', pick: 0, other: 1 });
  assert.notEqual(await coldDigest(directory, join(folder.path, 'b')), before);
});
