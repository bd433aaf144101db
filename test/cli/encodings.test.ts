import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

const little = (text: string) => Buffer.from(text, 'utf16le');
const big = (text: string) => little(text).swap16();
const mark = '\ufeff';
const kitfile = 'manifestVersion: 1.0.0\ncode: [{path: .}]\n';
const rules = 'secret.key\n*.tmp\n';

const packIgnoring = async (ignore: Uint8Array | string) => {
  using project = createProject({
    Kitfile: kitfile,
    '.kitignore': ignore,
    'main.py': '1',
    'secret.key': '2',
    'a.tmp': '3',
  });
  const packed = await project.run('pack', 'project', '-t', 'x:v1');
  await project.run('unpack', 'x:v1', '-d', 'out');
  const has = (name: string) => existsSync(join(project.path, 'out', name));
  return { ...packed, kept: ['main.py', 'secret.key', 'a.tmp'].filter(has) };
};

for (const [what, ignore] of [
  ['UTF-16, little endian', little(mark + rules)],
  ['UTF-16, big end first', big(mark + rules.replaceAll('\n', '\r\n'))],
  ['CR line ends', rules.replaceAll('\n', '\r')],
  ['mixed line ends', 'secret.key\r*.tmp\r\n'],
  ['two concatenated files with byte order marks', `${mark}secret.key\n${mark}*.tmp\n`],
] as const)
  test(`.kitignore applies: ${what}`, async () => {
    const { code, kept, stderr } = await packIgnoring(ignore);
    assert.deepEqual([code, kept], [0, ['main.py']], stderr);
  });

for (const [what, ignore, line] of [
  ['UTF-16 without a byte order mark', little(rules), 1],
  ['UTF-16 without a mark, big end first', big(rules), 1],
  ['UTF-16 at its end', Buffer.concat([Buffer.from('*.tmp\n'), little('secret.key\n')]), 2],
  ['ASCII at the end of UTF-16', Buffer.concat([little(`${mark}*.tmp\n`), Buffer.from('secret.key\n\n')]), 2],
  ['Latin-1', Buffer.from('*.tmp\nschl\u00fcssel\n', 'latin1'), 2],
] as const)
  test(`.kitignore is refused with file and line: ${what}`, async () => {
    const { code, kept, stderr } = await packIgnoring(ignore);
    assert.deepEqual([code, kept], [2, []]);
    assert.match(stderr, new RegExp(`\\.kitignore:${line}\\b`));
  });

test('a .kitignore that is a link to nowhere is refused, not ignored', async () => {
  using project = createProject({ Kitfile: kitfile, 'secret.key': '2' });
  project.link('nowhere', '.kitignore');
  const { code, stderr } = await project.run('pack', 'project', '-t', 'x:v1');
  assert.equal(code, 1);
  assert.match(stderr, /\.kitignore/);
});

for (const [what, bytes] of [
  ['UTF-16', little(mark + kitfile)],
  ['UTF-16, big end first', big(mark + kitfile)],
  ['CR line ends', kitfile.replaceAll('\n', '\r')],
  ['a byte order mark and CRLF', mark + kitfile.replaceAll('\n', '\r\n')],
] as const)
  test(`a Kitfile is read: ${what}`, async () => {
    using project = createProject({ Kitfile: bytes, 'main.py': '1' });
    const { code, stderr } = await project.run('pack', 'project', '-t', 'x:v1');
    assert.equal(code, 0, stderr);
  });

test('a Kitfile in UTF-16 without a byte order mark is refused with file and line', async () => {
  using project = createProject({ Kitfile: little(kitfile), 'main.py': '1' });
  const { code, stderr } = await project.run('pack', 'project', '-t', 'x:v1');
  assert.equal(code, 2);
  assert.match(stderr, /Kitfile:1\b.*|NUL/);
});

const settings = '{"name": "a", "kitwright": {"compression": "gzip"}}\n';

for (const [name, text] of [
  ['package.json', settings],
  ['kitwright.config.json', '{"compression": "gzip"}\n'],
  ['kitwright.config.yaml', 'compression: gzip\n'],
] as const) {
  for (const [what, bytes] of [
    ['a mark', mark + text],
    ['UTF-16', little(mark + text)],
    ['UTF-16, big end first', big(mark + text)],
    ['CR line ends', text.replaceAll('\n', '\r')],
  ] as const)
    test(`${name} counts: ${what}`, async () => {
      using project = createProject({ Kitfile: kitfile, 'main.py': '1', [name]: bytes });
      assert.equal((await project.run('pack', 'project', '-t', 'x:v1')).code, 0);
      assert.match((await project.run('inspect', 'x:v1')).stdout, /gzip/);
    });
  test(`${name} is refused by name: UTF-16 without a byte order mark`, async () => {
    using project = createProject({ Kitfile: kitfile, 'main.py': '1', [name]: little(text) });
    const { code, stderr } = await project.run('pack', 'project', '-t', 'x:v1');
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`${name.replaceAll('.', '\\.')}:1\\b`));
  });
}

test('an invalid package.json is ignored unless it names Kitwright', async () => {
  using project = createProject({ Kitfile: kitfile, 'main.py': '1', 'package.json': '{"name": ' });
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1')).code, 0);
  project.write({ 'package.json': '{"kitwright": {"compression": "gzip"}, }' });
  const { code, stderr } = await project.run('pack', 'project', '-t', 'x:v1');
  assert.equal(code, 2);
  assert.match(stderr, /package\.json/);
});
