import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createKitChain } from '../support/kitChain.ts';

const chain = await createKitChain();
after(() => chain[Symbol.dispose]());
const at = (name: string) => join(chain.path, name);
await chain.succeed('save', 'team/child:v1', '-o', 'whole.tar');
await chain.succeed('save', 'team/child:v1', '-o', 'kits.tar', '--split', '100KB');
const parts = readdirSync(chain.path)
  .filter((name) => /^kits\.tar\.\d/.test(name))
  .sort();
const bytesOf = (names: readonly string[]) => Buffer.concat(names.map((name) => readFileSync(at(name))));

test('the parts are the archive, and a list has their digests', async () => {
  assert.deepEqual(parts.slice(0, 2), ['kits.tar.001', 'kits.tar.002']);
  assert.ok(parts.length > 4, String(parts));
  assert.ok(bytesOf(parts).equals(readFileSync(at('whole.tar'))));
  const list = JSON.parse(readFileSync(at('kits.tar.parts.json'), 'utf8'));
  assert.equal(list.archive, 'kits.tar');
  assert.deepEqual(
    list.parts.map(({ name }: { name: string }) => name),
    parts,
  );
});

test('parts are loaded by their list, by the name of the archive, and as a target', async () => {
  for (const name of ['kits.tar', 'kits.tar.parts.json']) await chain.succeedThere('load', name);
  await chain.succeedThere('info', 'archive:kits.tar.parts.json:team/child:v1');
  await chain.succeedThere('remove', '--all', '--force');
  const changed = await chain.there('copy', 'team/x:v1', 'archive:kits.tar.parts.json:v2');
  assert.notEqual(changed.code, 0);
});

test('an interrupted save of parts goes on', async () => {
  const names = parts.map((name) => name.replace('kits', 'again'));
  for (const [i, name] of parts.slice(0, 3).entries()) copyFileSync(at(name), at(`${names[i]}.partial`));
  truncateSync(at(`${names[2]}.partial`), 70_000);
  writeFileSync(at(`${names[1]}.partial`), 'damaged', { flag: 'r+' });
  await chain.succeed('save', 'team/child:v1', '-o', 'again.tar', '--split', '100KB');
  assert.ok(bytesOf(names).equals(bytesOf(parts)));
  const [list, again] = ['kits.tar.parts.json', 'again.tar.parts.json'].map((name) => readFileSync(at(name), 'utf8'));
  assert.equal(again, list?.replaceAll('kits.tar', 'again.tar'));
  assert.deepEqual(
    readdirSync(chain.path).filter((name) => name.endsWith('.partial')),
    [],
  );
});

test('parts that an older archive had, and this one has not, are removed', async () => {
  await chain.succeed('save', 'team/child:v1', '-o', 'shorter.tar', '--split', '50KB');
  writeFileSync(at('shorter.tar.099'), 'of somebody else');
  await chain.succeed('save', 'team/child:v1', '-o', 'shorter.tar', '--split', '200KB');
  const left = readdirSync(chain.path)
    .filter((name) => /^shorter\.tar\.0/.test(name))
    .sort();
  assert.deepEqual(left, ['shorter.tar.001', 'shorter.tar.002', 'shorter.tar.003', 'shorter.tar.099']);
  assert.ok(bytesOf(left.slice(0, -1)).equals(readFileSync(at('whole.tar'))));
  await chain.succeedThere('load', 'shorter.tar');
  await chain.succeedThere('remove', '--all', '--force');
});

const [first = '', second = '', third = '', fourth = ''] = parts;
const swap = (a: string, b: string) => {
  renameSync(at(a), at('held'));
  renameSync(at(b), at(a));
  renameSync(at('held'), at(b));
};
const cases: readonly (readonly [what: string, change: () => void, messages: readonly RegExp[]])[] = [
  ['missing', () => rmSync(at(second)), [/kits\.tar\.002 is missing/]],
  [
    'swapped',
    () => swap(second, third),
    [/002 holds what kits\.tar\.003 should/, /003 holds what kits\.tar\.002 should/],
  ],
  ['truncated', () => truncateSync(at(third), 5), [/kits\.tar\.003 has 5 of 100000 bytes/]],
  ['doubled', () => copyFileSync(at(first), at(second)), [/kits\.tar\.002 holds what kits\.tar\.001 should/]],
  ['damaged', () => writeFileSync(at(fourth), 'x', { flag: 'r+' }), [/kits\.tar\.004 is damaged/]],
];

for (const [what, change, messages] of cases)
  test(`a part that is ${what} is named, and nothing is loaded`, async () => {
    const before = parts.map((name) => readFileSync(at(name)));
    change();
    const { code, stderr } = await chain.there('load', 'kits.tar');
    for (const [i, name] of parts.entries()) writeFileSync(at(name), before[i] as Buffer);
    assert.equal(code, 1, stderr);
    for (const message of messages) assert.match(stderr, message);
    assert.match(stderr, /archive-incomplete/);
    assert.equal(await chain.succeedThere('list', '--format', '{{.Repo}}'), '');
  });

test('a list that names other files is refused', async () => {
  const list = readFileSync(at('kits.tar.parts.json'), 'utf8');
  for (const name of ['../kits.tar.001', '/kits.tar.001', 'passwd'])
    for (const file of ['evil.tar.parts.json']) {
      writeFileSync(at(file), list.replace('"kits.tar.001"', JSON.stringify(name)));
      assert.match((await chain.there('load', file)).stderr, /kit-malformed: .* is no name of a part/);
    }
});

test('a size that is none, and too many parts, are mistakes of the command', async () => {
  for (const size of ['0', 'huge', '10']) {
    const { code } = await chain.there('save', 'team/child:v1', '-o', 'x.tar', '--split', size);
    assert.notEqual(code, 0);
  }
  assert.equal(existsSync(at('x.tar.001')), false);
});
