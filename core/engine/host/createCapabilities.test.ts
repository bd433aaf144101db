import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KitwrightError } from '../errors/KitwrightError.ts';
import { standardWait } from '../store/retrying.ts';
import type { Scanner } from './capabilities.ts';
import { createCapabilities } from './createCapabilities.ts';
import { createPluginCalls } from './createPluginCalls.ts';

const create = () => createCapabilities(createPluginCalls(new AbortController().signal, standardWait));

const scanner = (id: string): Scanner => ({
  id,
  matches: () => true,
  scan: (text) => [{ line: 1, what: `${id} ${text}` }],
});

const wrong = (kind: string, capability: unknown) => () =>
  (create().add as (plugin: string, kind: string, capability: unknown) => void)('mine', kind, capability);

test('an unknown kind lists those that there are', () => {
  assert.throws(wrong('traget', scanner('a')), {
    code: 'plugin-invalid',
    message: /mine registers the unknown kind "traget"; there are: layerType, .*target/,
    hint: 'Did you mean target?',
  });
});

test('a capability needs an id, and the methods of its kind', () => {
  for (const [capability, why] of [
    [{}, /without an id/],
    [{ id: '' }, /without an id/],
    [undefined, /no object/],
    [{ id: 'x', matches: () => true }, /the scanner "x" without the function "scan"/],
  ] as const)
    assert.throws(wrong('scanner', capability), { code: 'plugin-invalid', message: why });
  assert.throws(wrong('compressor', { id: 'x', suffix: 'x' }), { message: /without the string "module"/ });
});

test('two with one id name both plugins and the way out', () => {
  const capabilities = create();
  capabilities.add('one', 'scanner', scanner('a'));
  assert.throws(() => capabilities.add('two', 'scanner', scanner('a')), {
    message: 'The plugins one and two both register the scanner a.',
    hint: /wrap/,
  });
  assert.throws(
    () => capabilities.add('one', 'scanner', scanner('a')),
    (error: KitwrightError) =>
      error.message === 'The plugin one registers the scanner a twice.' && !/wrap/.test(error.hint ?? ''),
  );
});

test('a capability is wrapped, in the order of the plugins, whoever comes first', () => {
  const capabilities = create();
  const around = (mark: string) => (inner: Scanner) => ({
    ...inner,
    scan: (text: string) => inner.scan(`${mark}${text}`),
  });
  capabilities.wrap('two', { kind: 'scanner', id: 'a', wrap: around('<') });
  capabilities.add('one', 'scanner', scanner('a'));
  capabilities.wrap('three', { kind: 'scanner', id: 'a', wrap: around('>') });
  capabilities.seal();
  assert.throws(() => capabilities.add('late', 'scanner', scanner('late')), {
    code: 'plugin-invalid',
    message: /too late/,
  });
  assert.deepEqual(capabilities.get('scanner', 'a').scan('x'), [{ line: 1, what: 'a <>x' }]);
  assert.equal(capabilities.pluginOf('scanner', 'a'), 'one');
});

test('a wrapper without anything to wrap says so', () => {
  const capabilities = create();
  capabilities.wrap('two', { kind: 'scanner', id: 'b', wrap: (inner) => inner });
  assert.throws(() => capabilities.seal(), {
    message: /two wraps the scanner "b", which nobody registers; there are: none/,
  });
});

test('a plugin declares a kind of its own', () => {
  const capabilities = create();
  const add = capabilities.add as (plugin: string, kind: string, capability: unknown) => void;
  capabilities.declare('mine', 'oven', ['bake']);
  assert.throws(() => add('mine', 'oven', { id: 'a' }), { message: /without the function "bake"/ });
  add('mine', 'oven', { id: 'a', bake: () => undefined });
  assert.throws(() => capabilities.declare('other', 'target', []), { message: /declares target, which exists/ });
});
