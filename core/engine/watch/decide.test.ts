import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Layer, Plan } from '../host/nouns.ts';
import { decide } from './decide.ts';
import type { Look } from './Look.ts';
import { createWatchState, type WatchState } from './WatchState.ts';

const now = 1_000_000;

/** A plan of one layer with one file, which changed `age` ms ago. */
const planOf = (age: number): Plan => {
  const changed = BigInt(now - age) * 1_000_000n;
  const fingerprint = { dev: 1n, ino: 1n, size: 4, mtimeNs: changed, ctimeNs: changed, mode: 0o100644 };
  const entry = { id: 'model', clean: 'm' } as Plan['layers'][number]['entry'];
  const files = [{ path: 'm/w.txt', type: 'file', fingerprint }] as const;
  return { directory: '/p', kitfile: {}, layers: [{ entry, files }] } as Plan;
};

/** A look whose state must not be written to. */
const lookWith = (state: WatchState, more: Partial<Look> = {}): Look =>
  ({
    state: Object.freeze(state),
    kitwright: { capabilities: { all: () => [] } },
    options: { quiet: 300, clock: { now: () => now } },
    scan: { seen: () => ({ names: () => undefined }) },
    final: false,
    request: undefined,
    ...more,
  }) as unknown as Look;

test('the first kit waits for the quiet time of its files; the state is not changed', () => {
  const state = createWatchState();
  const [waits, builds] = [decide(lookWith(state), planOf(100)), decide(lookWith(state), planOf(400))];
  assert.deepEqual([waits.builds, waits.held, waits.readAhead], [false, ['model'], ['model']]);
  assert.deepEqual(
    waits.waiting.map(({ path, until }) => [path, until]),
    [['m/w.txt', now + 200]],
  );
  assert.deepEqual([builds.builds, builds.held, builds.waiting], [true, [], []]);
  assert.deepEqual(state, createWatchState());
});

test('there is no quiet time at the end, or when the user asks for a kit now', () => {
  for (const more of [{ final: true }, { request: 'now' }] as const)
    assert.equal(decide(lookWith(createWatchState(), more), planOf(100)).builds, true);
});

test('a layer with a last version is held, and known files that did not change are not waited for', () => {
  const state = { ...createWatchState(), plan: planOf(900), layers: new Map([['model', {} as Layer]]) };
  assert.equal(decide(lookWith({ ...state }), planOf(900)).builds, false, 'nothing is new');
  const changed = decide(lookWith({ ...state }), planOf(100));
  assert.deepEqual([changed.builds, changed.held], [false, ['model']]);
  assert.deepEqual([...changed.quietTimes.keys()], ['m/w.txt']);
});

test('a file that is written all the time makes a kit after the hold time, as it is then', () => {
  const packed = { ...createWatchState(), looks: 5, plan: planOf(60_000), layers: new Map([['model', {} as Layer]]) };
  const writtenSince = (since: number) =>
    new Map([['m/w.txt', { ino: 1n, size: 2, changed: now - 200, since, pause: 0, grows: true, packed: 0 }]]);
  const early = decide(lookWith({ ...packed, quietTimes: writtenSince(now - 9_000) }), planOf(100));
  assert.deepEqual([early.builds, early.held, early.waiting[0]?.comesAlong], [false, [], true]);
  const late = decide(lookWith({ ...packed, quietTimes: writtenSince(now - 10_000) }), planOf(100));
  assert.deepEqual([late.builds, [...late.changing], late.waiting], [true, ['m/w.txt'], []]);
});
