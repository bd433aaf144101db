import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  copy,
  createKitwright,
  type Kitwright,
  openStore,
  type Plugin,
  pack,
  type Store,
  unpack,
} from '@kitwright/core';
import { defaultPlugins } from 'kitwright/plugins';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import checkedOptions from './checkedOptions.ts';
import everyHook from './everyHook.ts';
import licenseGate from './licenseGate.ts';
import wrapsTarget from './wrapsTarget.ts';

interface Bench {
  readonly folder: string;
  readonly kitwright: Kitwright;
  readonly store: Store;
}

/** A project of one document, and the defaults with these plugins. */
async function use(plugins: readonly Plugin[], work: (bench: Bench) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'docs'));
  writeFileSync(
    join(folder.path, 'Kitfile'),
    'manifestVersion: 1.0.0\npackage: {license: MIT}\ndocs: [{path: docs}]\n',
  );
  writeFileSync(join(folder.path, 'docs', 'README.md'), '# A model\n');
  writeFileSync(join(folder.path, 'docs', 'README.md.orig'), '# An old one\n');
  const store = openStore(join(folder.path, 'store'), {});
  const kitwright = createKitwright({ plugins: [...defaultPlugins({ home: store.root }), ...plugins], threads: 1 });
  try {
    await work({ folder: folder.path, kitwright, store });
  } finally {
    await kitwright.close();
  }
}

test('the gate lets a licence pass, or refuses it', async () => {
  const packed = (allow: readonly string[]) =>
    use([licenseGate({ allow })], async ({ folder: directory, ...bench }) => {
      await pack(bench.kitwright, { directory, store: bench.store });
    });
  await packed(['MIT']);
  await assert.rejects(packed(['Apache-2.0']), { code: 'license-not-allowed', hint: 'Allowed are: Apache-2.0.' });
});

test('every hook of a pack, a push, a pull and an unpack is called, in this order', async () => {
  const notes: string[] = [];
  await use([everyHook((text) => notes.push(text))], async ({ folder, kitwright, store }) => {
    const { kitfile, layers } = await pack(kitwright, { directory: folder, store, name: 'm:v1' });
    assert.deepEqual(kitfile.package?.authors, ['The team']);
    assert.equal(layers[0]?.descriptor.annotations?.['org.example.team'], 'vision');
    assert.equal(layers[0]?.files, 2, 'the folder and one file: the other was left out');
    await copy(kitwright, { from: 'm:v1', to: `oci:${join(folder, 'layout')}:v1`, store });
    const other = openStore(join(folder, 'other'), {});
    await copy(kitwright, { from: `oci:${join(folder, 'layout')}:v1`, to: 'm:v1', store: other });
    await unpack(kitwright, { name: 'm:v1', directory: join(folder, 'out'), store: other });
  });
  const called = notes.map((note) => note.replace(/:.*/, '')).filter((name) => !/^(?:event|diagnostic)$/.test(name));
  assert.deepEqual(
    called.filter((name, at) => name !== called[at - 1]),
    [
      ...['configure', 'build', 'layer', 'assembled', 'stored', 'done'],
      ...['build', 'beforePush', 'blob', 'pushed'],
      ...['build', 'beforePull', 'blob', 'pulled'],
      ...['build', 'beforeUnpack', 'unpacked', 'dispose'],
    ],
  );
  for (const note of ['event: stored', 'pushed: true', 'stored: new']) assert.ok(notes.includes(note), note);
});

test('options are what the schema makes of them', async () => {
  assert.deepEqual(checkedOptions.options.safeParse({ prefix: '' }).success, false);
  await use([checkedOptions({ prefix: 'acme' })], async ({ folder: directory, kitwright, store }) => {
    assert.equal((await pack(kitwright, { directory, store })).kitfile.package?.name, 'acme-model');
  });
});

test('a wrapped target has one more rule, and keeps the others', async () => {
  await use([], async ({ folder, kitwright, store }) => {
    await pack(kitwright, { directory: folder, store, name: 'm:v1' });
    const to = `oci:${join(folder, 'layout')}:v1`;
    await copy(kitwright, { from: 'm:v1', to, store });
    const wrapped = createKitwright({ plugins: [...defaultPlugins({ home: store.root }), wrapsTarget()], threads: 1 });
    try {
      await copy(wrapped, { from: to, to: 'm:v2', store });
      await assert.rejects(copy(wrapped, { from: 'm:v1', to, store }), { code: 'target-read-only' });
    } finally {
      await wrapped.close();
    }
  });
});

test('a kind of its own is declared, and registered by another plugin', async () => {
  // Not imported by name: it would add its kind to the types of this whole repository. They are checked for themselves.
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'examples', 'plugins')], { cwd: root });
  const { notifying, remembering } = await import(new URL('ownKind.ts', import.meta.url).href);
  const digests: string[] = [];
  await use([notifying, remembering(digests)], async ({ folder: directory, kitwright, store }) => {
    const { root: kit } = await pack(kitwright, { directory, store });
    assert.deepEqual(digests, [kit.digest]);
  });
});
