import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createBaton, openBaton } from './baton.ts';

const free = (): void => undefined;

test('whoever has the baton goes on where the last one stopped', () => {
  const memory = createBaton();
  const [one, other] = [openBaton(memory), openBaton(memory)];
  assert.equal(one.take(free), 0);
  one.pass(512);
  assert.equal(other.take(free), 512);
  other.pass(5 * 2 ** 40);
  assert.equal(one.take(free), 5 * 2 ** 40);
});

test('when nothing is left, nobody gets it', () => {
  const memory = createBaton();
  const [one, other] = [openBaton(memory), openBaton(memory)];
  one.take(free);
  one.pass(undefined);
  assert.deepEqual([one.take(free), other.take(free)], [undefined, undefined]);
});

test('who waits hears that it is all over', () => {
  const memory = createBaton();
  const [one, other] = [openBaton(memory), openBaton(memory)];
  one.take(free);
  const check = () => {
    throw new Error('over');
  };
  assert.throws(() => other.take(check), /over/);
});

test('threads that pass it on take every number once', async () => {
  const memory = createBaton();
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ openBaton }) => {
      const baton = openBaton(workerData.memory);
      const taken = [];
      for (let at = baton.take(() => {}); at !== undefined; at = baton.take(() => {})) {
        taken.push(at);
        baton.pass(at < 9_999 ? at + 1 : undefined);
      }
      parentPort.postMessage(taken);
    });`;
  const workerData = { module: import.meta.resolve('./baton.ts'), memory };
  const run = () =>
    new Promise<readonly number[]>((resolve, reject) => {
      new Worker(source, { eval: true, workerData }).once('message', resolve).once('error', reject);
    });
  const taken = (await Promise.all([run(), run(), run()])).flat();
  assert.deepEqual(
    taken.sort((a, b) => a - b),
    Array.from({ length: 10_000 }, (_, i) => i),
  );
});
