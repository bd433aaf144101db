import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, lchownSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { guardModules } from './guardModules.ts';

const skip = process.getuid?.() !== 0 && 'only root can give files away';
const stranger = 54_321;

/** A project that imports a package, which lies in the folder above it. */
const projectIn = (folder: string) => {
  const above = join(folder, 'node_modules');
  const pack = join(above, 'pack');
  const project = join(folder, 'project');
  for (const path of [pack, project]) mkdirSync(path, { recursive: true });
  writeFileSync(join(pack, 'package.json'), '{"name": "pack", "exports": "./index.cjs"}');
  writeFileSync(join(pack, 'index.cjs'), 'module.exports = 1;');
  writeFileSync(join(project, 'near.mjs'), 'export default 2;');
  const file = join(project, 'config.mjs');
  writeFileSync(file, 'export { default } from "pack"; import "./near.mjs";');
  return { above, file, pack };
};

test('what a trusted file imports from above it is not run if it belongs to another user', { skip }, async () => {
  guardModules(0);
  for (const given of ['above', 'pack', 'file'] as const) {
    using folder = temporaryFolder();
    const { above, file, pack } = projectIn(folder.path);
    chownSync({ above, pack, file: join(pack, 'index.cjs') }[given], stranger, stranger);
    await assert.rejects(import(pathToFileURL(file).href), { code: 'config-untrusted' }, given);
    assert.throws(() => createRequire(file)('pack'), { code: 'config-untrusted' }, given);
  }
});

test('it runs if it is ours, or of whom the code is that is trusted', { skip }, async () => {
  using folder = temporaryFolder();
  const { above, file, pack } = projectIn(folder.path);
  const { href } = pathToFileURL(file);
  assert.equal(((await import(href)) as { default: number }).default, 1);
  for (const path of [above, pack, join(pack, 'index.cjs')]) chownSync(path, stranger + 1, stranger + 1);
  guardModules(stranger + 1);
  assert.equal(createRequire(file)('pack'), 1);
});

test('a link of another user, or a package.json, leads to no module, whoever owns that', { skip }, async () => {
  guardModules(0);
  const text = 'export default 3;';
  const routes: Record<string, (folder: string, ours: string) => void> = {
    '#pack': (folder, ours) => {
      symlinkSync(ours, join(folder, 'link.mjs'));
      writeFileSync(join(folder, 'package.json'), '{"imports": {"#pack": "./link.mjs"}}');
    },
    pack: (folder, ours) => {
      mkdirSync(join(folder, 'node_modules', 'pack'), { recursive: true });
      symlinkSync(ours, join(folder, 'node_modules', 'pack', 'index.mjs'));
      writeFileSync(join(folder, 'node_modules', 'pack', 'package.json'), '{"exports": "./index.mjs"}');
      give(join(folder, 'node_modules'));
    },
    linked: (folder, ours) => {
      mkdirSync(join(folder, 'node_modules'));
      writeFileSync(join(dirname(ours), 'package.json'), '{"exports": "./ours.mjs"}');
      symlinkSync(dirname(ours), join(folder, 'node_modules', 'linked'));
      give(join(folder, 'node_modules', 'linked'));
    },
    self: (folder, ours) => {
      symlinkSync(ours, join(folder, 'link.mjs'));
      writeFileSync(join(folder, 'package.json'), '{"name": "self", "exports": "./link.mjs"}');
    },
    '../link.mjs': (folder, ours) => symlinkSync(ours, join(folder, 'link.mjs')),
  };
  for (const [specifier, prepare] of Object.entries(routes)) {
    using folder = temporaryFolder();
    const [shared, own] = [join(folder.path, 'shared'), join(folder.path, 'own')];
    for (const path of [own, join(shared, 'project')]) mkdirSync(path, { recursive: true });
    const [ours, file] = [join(own, 'ours.mjs'), join(shared, 'project', 'config.mjs')];
    writeFileSync(ours, text);
    writeFileSync(file, `export { default } from ${JSON.stringify(specifier)};`);
    prepare(shared, ours);
    for (const name of ['link.mjs', 'package.json']) give(join(shared, name));
    await assert.rejects(import(pathToFileURL(file).href), { code: 'config-untrusted' }, specifier);
  }
});

const give = (path: string) => {
  if (lstatSync(path, { throwIfNoEntry: false })) lchownSync(path, stranger, stranger);
};

test('a package.json above that Node would read first is ours, and a plain file', { skip }, () => {
  using folder = temporaryFolder();
  const [manifest, file] = [join(folder.path, 'package.json'), join(folder.path, 'project', 'config.js')];
  mkdirSync(dirname(file));
  writeFileSync(file, '');
  const kinds: Record<string, () => void> = {
    'another user': () => {
      writeFileSync(manifest, '{"type": "commonjs"}');
      give(manifest);
    },
    'a link to a device': () => symlinkSync('/dev/zero', manifest),
    'a pipe': () => void spawnSync('mkfifo', [manifest]),
  };
  for (const [kind, make] of Object.entries(kinds)) {
    make();
    assert.throws(() => guardModules(0, file), { code: 'config-untrusted' }, kind);
    rmSync(manifest);
  }
  writeFileSync(manifest, '{}');
  guardModules(0, file);
});
