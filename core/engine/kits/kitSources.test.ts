import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKitwright } from '../host/createKitwright.ts';
import { definePlugin } from '../host/plugin.ts';
import { parseReference, type Reference } from '../oci/reference.ts';
import { openStore } from '../store/openStore.ts';
import { memoryTarget } from '../store/referrers/testing/memoryTarget.ts';
import { ofRepositoryAt } from './ancestorsOf.ts';
import { kitSources } from './kitSources.ts';

/** What a target at a registry is told of whoever named it: `from` is the name of a kit. */
const told = async (name: string, from: string | Reference | undefined, allowedRegistries: readonly string[] = []) => {
  const seen: (readonly [anonymous: boolean, namedBy: string | undefined])[] = [];
  const plugin = definePlugin({
    name: 'registries',
    apiVersion: 1,
    apply: ({ register }) =>
      register('target', {
        id: 'registry',
        open: (_location, _access, { anonymous, namedBy }) => {
          seen.push([anonymous, namedBy]);
          return {
            target: { ...memoryTarget(), tag: async () => undefined, push: async () => undefined } as never,
            repository: '',
            references: [],
          };
        },
      }),
  });
  const kitwright = createKitwright({ plugins: [plugin] });
  const [source] = kitSources({ kitwright, store: openStore('/nonexistent'), allowedRegistries }, 'remote');
  assert.ok(typeof source === 'function');
  source(parseReference(name), typeof from === 'string' ? parseReference(from) : from);
  await kitwright.close();
  return seen[0];
};

test('a registry that a kit names hears whose kit it was, but where the user named or allowed it', async () => {
  assert.deepEqual(await told('b.example/x:v1', undefined), [false, undefined]);
  assert.deepEqual(await told('b.example/x:v1', 'b.example/y:v1'), [false, undefined]);
  assert.deepEqual(await told('b.example/x:v1', 'a.example/y:v1'), [true, 'a.example']);
  assert.deepEqual(await told('b.example/x:v1', 'a.example/y:v1', ['b.example']), [false, undefined]);
  assert.deepEqual(await told('b.example/x:v1', 'y:v1'), [true, undefined]);
});

test('a registry that an imported repository names hears where that is, and gets no credentials at the same host either', async () => {
  const imported = ofRepositoryAt('git.example:3000');
  assert.deepEqual(await told('b.example/x:v1', imported), [true, 'git.example:3000/']);
  assert.deepEqual(await told('git.example:3000/x:v1', imported), [true, 'git.example:3000/']);
  assert.deepEqual(await told('b.example/x:v1', imported, ['b.example']), [false, undefined]);
});
