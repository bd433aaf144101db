import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { test } from 'node:test';
import { projectRoot, trackedFiles } from '../support/trackedFiles.ts';

const cases = 'test/golden/cases/';
const files = trackedFiles();
const texts = files
  .filter((path) => /\.(?:[cm]?[jt]s|json|md|html|css|py|go|ya?ml)$|\/run$|^\.[a-z]+$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(projectRoot, path), 'utf8') }));

/** Files that a file loads or links to: imports, `new URL(…, import.meta.url)`, links of documents, `extends`. */
const linked = /(?:from |import |import\(|URL\(|"extends": |\]\()['"]?(\.{1,2}\/[^'")#\s]*)/g;
/** Any path upwards. Tests have many that must be refused. */
const upwards = /(?<![\w.])((?:\.\.\/)+[\w.-]*)/g;

const pathsIn = (pattern: RegExp, isSought = (_path: string): boolean => true) =>
  texts
    .filter(({ path }) => isSought(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(pattern)].map((match) => ({ path, to: normalize(join(dirname(path), match[1] ?? '')) })),
    );
const linkedPaths = pathsIn(linked);

/** Folders of machines and of people. */
const machine = /(?<![\w.<>}~-])\/(?:tmp|work|home|root|Users|mnt)\/[\w.-]+/;

test('there are files to check', () => {
  assert.ok(texts.length > 400, String(texts.length));
  assert.ok(linkedPaths.length > 1000, String(linkedPaths.length));
});

test('nothing names a path outside of the project', () => {
  const inSources = pathsIn(upwards, (path) => !path.endsWith('.test.ts') && !path.startsWith(cases));
  assert.deepEqual(
    [...linkedPaths, ...inSources].filter(({ to }) => to.startsWith('..')),
    [],
  );
});

test('no path of a machine is mentioned', () => {
  assert.deepEqual(
    texts.filter(({ text }) => machine.test(text)).map(({ path, text }) => `${path}: ${machine.exec(text)?.[0]}`),
    [],
  );
});

test('links of documents lead to files', () => {
  const there = new Set(files.flatMap((path) => [path, ...folders(path)]));
  const dead = linkedPaths.filter(({ path, to }) => path.endsWith('.md') && !there.has(to.replace(/\/$/, '')));
  assert.deepEqual(dead, []);
});

test('files that documents name exist', () => {
  const there = new Set(files.flatMap((path) => [path, ...folders(path)]));
  const named = texts
    .filter(({ path }) => path.endsWith('.md') && path !== 'CHANGELOG.md')
    .flatMap(({ path, text }) =>
      [...text.matchAll(/`((?:core|plugins|pipelines|test|examples|bench)\/[\w./-]+?)\/?`/g)].map((match) => ({
        path,
        to: match[1] ?? '',
      })),
    )
    .filter(({ to }) => !to.includes('NAME'));
  assert.ok(named.length > 20, String(named.length));
  assert.deepEqual(
    named.filter(({ to }) => !there.has(to)),
    [],
  );
});

function folders(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === '.' ? ['.'] : [parent, ...folders(parent)];
}

test('git keeps the bytes of the golden cases', () => {
  const list = execFileSync('git', ['ls-files', '--eol', '--cached', '--others', '--exclude-standard', cases], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  const lines = list.trim().split('\n');
  assert.ok(lines.length > 200);
  assert.deepEqual(
    lines.filter((line) => !/\sattr\/-text\s/.test(line)),
    [],
  );
});
