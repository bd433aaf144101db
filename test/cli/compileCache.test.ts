import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startRegistry } from '@kitwright/testkit';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const keptScripts = fileURLToPath(new URL('../../core/cli/bin/keptScripts.cjs', import.meta.url));

const list = (cwd: string, env: Readonly<Record<string, string>>) =>
  runCli(['list'], { cwd, env: { NODE_COMPILE_CACHE: '', ...env } });

const entries = (folder: string): readonly string[] =>
  existsSync(folder) ? (readdirSync(folder, { recursive: true }) as readonly string[]) : [];

test('compiled code is stored below the root of the data, where no other user can write', async () => {
  using folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data, { mode: 0o700 });
  const temporary = join(folder.path, 'tmp');
  mkdirSync(join(temporary, 'node-compile-cache'), { recursive: true, mode: 0o777 });
  assert.equal((await list(folder.path, { KITWRIGHT_HOME: data, TMPDIR: temporary })).code, 0);
  assert.notEqual(entries(join(data, 'compile-cache')).length, 0);
  assert.deepEqual(entries(join(temporary, 'node-compile-cache')), []);
});

for (const [what, code, make] of [
  [
    'a root to which others can write',
    4,
    (data: string) => {
      mkdirSync(data);
      chmodSync(data, 0o777);
    },
  ],
  [
    'a cache to which others can write',
    4,
    (data: string) => {
      mkdirSync(join(data, 'compile-cache'), { recursive: true, mode: 0o700 });
      chmodSync(data, 0o700);
      chmodSync(join(data, 'compile-cache'), 0o777);
    },
  ],
  [
    'a cache that is a link',
    0,
    (data: string) => {
      mkdirSync(data, { mode: 0o700 });
      mkdirSync(`${data}-elsewhere`, { mode: 0o700 });
      symlinkSync(`${data}-elsewhere`, join(data, 'compile-cache'));
    },
  ],
] as const)
  test(`there is no compiled code in ${what}`, async () => {
    using folder = temporaryFolder();
    const data = join(folder.path, 'data');
    make(data);
    assert.equal((await list(folder.path, { KITWRIGHT_HOME: data })).code, code);
    assert.deepEqual(entries(join(data, 'compile-cache')), []);
  });

test('what is compiled while a command runs is kept for it, used again, and made anew if it is damaged', async () => {
  using folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data, { mode: 0o700 });
  const kept = () =>
    entries(join(data, 'compile-cache'))
      .filter((path) => /\.script\.cjs-list$/.test(path))
      .map((path) => join(data, 'compile-cache', path));
  const run = () => list(folder.path, { KITWRIGHT_HOME: data });
  assert.equal((await run()).code, 0);
  const [first = '', ...others] = kept();
  assert.ok(others.length > 0);
  const made = statSync(first, { bigint: true }).mtimeNs;
  assert.equal((await run()).code, 0);
  assert.equal(statSync(first, { bigint: true }).mtimeNs, made);
  const damaged = readFileSync(first).fill(0, 4096, 8192);
  writeFileSync(first, damaged);
  assert.equal((await run()).code, 0);
  assert.notDeepEqual(readFileSync(first), damaged);
});

test('so it is for what talks to a registry, whose client changes no flag of V8: it would take nothing that was kept', async () => {
  using folder = temporaryFolder();
  await using registry = await startRegistry();
  const data = join(folder.path, 'data');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(join(folder.path, 'Kitfile'), 'manifestVersion: 1.0.0\ndocs: [{path: Kitfile}]\n');
  const run = (...args: readonly string[]) =>
    runCli([...args], { cwd: folder.path, env: { NODE_COMPILE_CACHE: '', KITWRIGHT_HOME: data } });
  const kit = `${registry.host}/team/model:v1`;
  assert.equal((await run('pack', '.', '-t', kit)).code, 0);
  const cache = join(data, 'compile-cache');
  const made = () =>
    entries(cache)
      .filter((path) => /\.script\.cjs-push$/.test(path))
      .map((path) => `${path} ${statSync(join(cache, path), { bigint: true }).ino}`);
  assert.equal((await run('push', kit, '--plain-http')).code, 0);
  const first = made();
  assert.ok(first.some((path) => path.includes('createAgent')));
  assert.equal((await run('push', kit, '--plain-http')).code, 0);
  assert.deepEqual(made(), first);
});

test('a script that was edited runs as it is, also where it has the length that it had', () => {
  using folder = temporaryFolder();
  const [kept, script] = [join(folder.path, 'kept'), join(folder.path, 'a.script.cjs')];
  mkdirSync(kept, { mode: 0o700 });
  const program = `require(${JSON.stringify(keptScripts)})(${JSON.stringify(kept)}, 'list');
    console.log(require(${JSON.stringify(script)})());`;
  const says = (word: string) => {
    writeFileSync(script, `module.exports = () => '${word}'`);
    return execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }).trim();
  };
  assert.deepEqual(['one', 'two', 'two'].map(says), ['one', 'two', 'two']);
  assert.equal(readdirSync(kept).length, 1);
});

test('a command that fails keeps nothing: its words may name none', async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'data'), { mode: 0o700 });
  const env = { KITWRIGHT_HOME: join(folder.path, 'data'), NODE_COMPILE_CACHE: '' };
  assert.notEqual((await runCli(['lst'], { cwd: folder.path, env })).code, 0);
  assert.deepEqual(
    entries(join(folder.path, 'data', 'compile-cache')).filter((path) => path.includes('script.cjs')),
    [],
  );
});
