import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descriptorOf } from '../oci/descriptor.ts';
import type { Locator, ReadTarget } from './roles.ts';
import { withOthers } from './withOthers.ts';

const [kept, gone] = [Buffer.from('kept'), Buffer.from('gone')];
const descriptors = [kept, gone].map((bytes) => descriptorOf('application/octet-stream', bytes));

/** Says what it was asked for. */
const holding = (name: string, bytes: readonly Buffer[], asked: string[]): ReadTarget => ({
  name,
  resolve: async () => undefined,
  exists: async ({ digest }) => {
    asked.push(name);
    return bytes.some((one) => descriptorOf('', one).digest === digest);
  },
  async *fetch({ digest }) {
    const found = bytes.find((one) => descriptorOf('', one).digest === digest);
    if (!found) throw new Error(`${name} has no ${digest}`);
    yield found;
  },
});

const textOf = async (target: ReadTarget, i: number) =>
  Buffer.concat(await Array.fromAsync(target.fetch(descriptors[i] as (typeof descriptors)[number]))).toString();

test('what a store lacks is read from the first of the others that has it, and only that', async () => {
  const asked: string[] = [];
  const store: ReadTarget & Locator = { ...holding('store', [kept], asked), locate: () => undefined };
  const others = [holding('empty', [], asked), holding('registry', [gone], asked), holding('last', [gone], asked)];
  const filled = withOthers(store, () => others);
  assert.equal(await textOf(filled, 0), 'kept');
  assert.deepEqual(asked, ['store']);
  assert.equal(await textOf(filled, 1), 'gone');
  assert.deepEqual(asked, ['store', 'store', 'empty', 'registry']);
  assert.equal(await textOf(filled, 1), 'gone');
  assert.equal(asked.length, 4);
});

test('what nobody has is missed by the store itself', async () => {
  const store: ReadTarget & Locator = { ...holding('store', [kept], []), locate: () => undefined };
  await assert.rejects(
    textOf(
      withOthers(store, () => [holding('empty', [], [])]),
      1,
    ),
    /store has no/,
  );
});

test('a registry stays the same target, which others know again', () => {
  const registry = holding('registry', [], []);
  assert.equal(
    withOthers(registry, () => []),
    registry,
  );
});
