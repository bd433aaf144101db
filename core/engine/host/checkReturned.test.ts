import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standardWait } from '../store/retrying.ts';
import type { Capabilities } from './capabilities.ts';
import { createCapabilities } from './createCapabilities.ts';
import { createPluginCalls } from './createPluginCalls.ts';

type Methods = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** A capability of the plugin `mine`, as the engine gets it. */
function registered(kind: keyof Capabilities, capability: object): Methods {
  const capabilities = createCapabilities(createPluginCalls(new AbortController().signal, standardWait));
  capabilities.add('mine', kind, { id: 'kv', ...capability } as unknown as Capabilities[typeof kind]);
  return capabilities.get(kind, 'kv') as unknown as Methods;
}

const nothing = () => undefined;
const target = {
  name: 'kv',
  complete: false,
  fetch: async function* () {},
  exists: async () => false,
  resolve: async () => undefined,
  push: async () => undefined,
  tag: async () => undefined,
};
const openTarget = (opened: unknown) => () => registered('target', { open: () => opened }).open?.();
const opening = (changed: object) => ({ target: { ...target, ...changed }, repository: 'a', references: ['v1'] });

const refused = (message: string) => ({ code: 'plugin-failed', message: `The plugin mine's ${message}.` });

test('a target that is opened with a promise, or with nothing', () => {
  const rejected = Promise.reject(new Error('later'));
  for (const promise of [Promise.resolve(opening({})), rejected])
    assert.throws(
      openTarget(promise),
      refused(
        'target kv.open gave a promise, where it must give { target, repository, references }: it may not be async',
      ),
    );
  assert.throws(
    openTarget(undefined),
    refused('target kv.open gave undefined, where it must give { target, repository, references }'),
  );
});

test('a target without a method, and references that are no array', () => {
  assert.throws(
    openTarget(opening({ push: undefined })),
    refused('target kv.open gave target.push: undefined; it must be a function'),
  );
  assert.throws(
    openTarget({ ...opening({}), references: 'v1' }),
    refused('target kv.open gave references: the text "v1"; it must be an array of texts'),
  );
});

test('what the methods of an opened target give', async () => {
  const { target: opened } = openTarget(
    opening({ exists: async () => 'yes', tags: async () => ['v1'], resolve: async () => null }),
  )() as { readonly target: Methods };
  await assert.rejects(
    async () => opened.exists?.(),
    refused('target kv.exists gave the text "yes", where it must give true or false'),
  );
  await assert.rejects(async () => opened.resolve?.(), { code: 'plugin-failed', message: /kv\.resolve gave null, / });
  assert.throws(() => opened.tags?.(), { code: 'plugin-failed', message: /kv\.tags gave a promise, .*not be async/ });
});

test('a verifier and a signer that are not complete', async () => {
  const open = async (kind: 'signer' | 'verifier', opened: unknown) =>
    registered(kind, { open: async () => opened }).open?.();
  await assert.rejects(
    open('verifier', { verify: nothing }),
    refused('verifier kv.open gave reads: undefined; it must be a function'),
  );
  await assert.rejects(
    open('signer', undefined),
    refused('signer kv.open gave undefined, where it must give { sign, own }'),
  );
  await assert.rejects(open('signer', { sign: nothing, own: {} }), { message: /gave own\.reads: undefined/ });
});

test('a signer that makes nothing, and a verifier of its own that proves nothing', async () => {
  const own = { reads: () => true, verify: async () => undefined };
  const signer = (await registered('signer', { open: async () => ({ sign: async () => [], own }) }).open?.()) as {
    readonly sign: () => Promise<unknown>;
    readonly own: { readonly verify: () => Promise<unknown> };
  };
  await assert.rejects(
    signer.sign(),
    refused(
      'signer kv.sign gave an empty array, where it must give an array of evidence, at least one { artifactType, blobs }',
    ),
  );
  await assert.rejects(
    signer.own.verify(),
    refused('signer kv.own.verify gave undefined, where it must give an array'),
  );
});

test('a layer type whose answers are promises or of the wrong kind', async () => {
  const type = (methods: object) =>
    registered('layerType', { format: 'tar', collect: nothing, recipe: nothing, ...methods });
  const async = (name: string) => () => type({ [name]: async () => [] })[name]?.();
  for (const name of ['collect', 'recipe', 'unpack'])
    assert.throws(async(name), { code: 'plugin-failed', message: /gave a promise, .*: it may not be async\.$/ }, name);
  assert.throws(
    () => type({ collect: () => ({ files: 1 }) }).collect?.(),
    refused('layerType kv.collect gave files: 1; it must be an array'),
  );
  await assert.rejects(
    async () => type({ describe: async () => 'a line' }).describe?.(),
    refused('layerType kv.describe gave the text "a line", where it must give an array of texts'),
  );
});
