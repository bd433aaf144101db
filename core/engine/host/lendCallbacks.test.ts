import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Content, TakeBlock } from '../store/roles.ts';
import { createPluginCalls } from './createPluginCalls.ts';
import { guardMethods } from './guardMethods.ts';
import { lendCallbacks } from './lendCallbacks.ts';

const calls = createPluginCalls(new AbortController().signal, async () => undefined);
const guard = <T extends object>(given: T) => guardMethods(given, { plugin: 'dav', label: 'target dav', calls });
const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
const range = { start: 0, end: 1 };
const block = Buffer.from('a');

const target = guard({
  read: async (take: TakeBlock) => await take(block),
  push: async (content: Content) => await content.read(range, () => undefined),
});

test('what takes the blocks of a plugin fails as itself, at once and later', async () => {
  for (const take of [() => Promise.reject(full), throwFull]) await assert.rejects(target.read(take), full);
});

test('content that cannot be read fails as itself', async () => {
  await assert.rejects(target.push({ read: () => Promise.reject(full) }), full);
  await assert.rejects(target.push({ read: throwFull }), full);
});

test("a plugin's own failure while it takes our content is the plugin's", async () => {
  const { push } = guard({
    push: (content: Content) => content.read(range, throwFull),
  });
  const content: Content = { read: async (_range, take) => await take(block) };
  await assert.rejects(push(content), { code: 'plugin-failed', message: /plugin dav failed in target dav\.push/ });
});

test('a plugin that fails by itself is named, also when it was given a function', async () => {
  const { read } = guard({
    read: async (_take: TakeBlock) => {
      throw new Error('broken');
    },
  });
  await assert.rejects(
    read(() => undefined),
    { code: 'plugin-failed' },
  );
});

function throwFull(): never {
  throw full;
}

test('nothing is read of an argument that is no content: a context makes a folder when its home is read', () => {
  const context = {
    get home(): string {
      throw new Error('read');
    },
    read: () => undefined,
  };
  assert.equal(lendCallbacks([context]).args[0], context);
});
