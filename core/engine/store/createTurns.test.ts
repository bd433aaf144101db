import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createTurns, type Turn } from './createTurns.ts';

const size = 64 * 1024 * 1024;

/** Asks for `count` turns; `slow` says of each that began, by its number, that it is slow. */
const ask = async (count: number) => {
  const slow: (() => void)[] = [];
  const turns = createTurns(2, (onSlow) => {
    slow.push(onSlow);
    return { start: () => undefined, add: () => undefined, isSlow: () => false, [Symbol.dispose]: () => undefined };
  });
  const begun: Turn[] = [];
  for (let i = 0; i < count; i++) turns.take(size).then((turn) => begun.push(turn));
  await setImmediate();
  return { turns, begun, slow };
};

test('two move at a time, and the next begins with the last byte of one', async () => {
  const { begun } = await ask(4);
  assert.equal(begun.length, 2);
  begun[0]?.add(size - 1);
  await setImmediate();
  assert.equal(begun.length, 2);
  begun[0]?.add(1);
  await setImmediate();
  assert.equal(begun.length, 3);
});

test('one that fails gives its turn to the next, once', async () => {
  const { begun } = await ask(5);
  begun[1]?.[Symbol.dispose]();
  begun[1]?.[Symbol.dispose]();
  begun[1]?.add(size);
  await setImmediate();
  assert.equal(begun.length, 3);
});

test('each that is slow lets another one begin', async () => {
  const { begun, slow } = await ask(9);
  for (const onSlow of slow.slice()) onSlow();
  await setImmediate();
  assert.equal(begun.length, 4);
  for (const onSlow of slow.slice(2)) onSlow();
  await setImmediate();
  assert.equal(begun.length, 6);
});

test('what is small waits for nobody', async () => {
  const { turns } = await ask(3);
  using turn = await turns.take(1024);
  turn.add(1024);
});
