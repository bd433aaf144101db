import assert from 'node:assert/strict';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type TreeRequest, treeSignature } from './treeSignature.ts';

const inTree = (
  check: (directory: string, sign: (more?: Partial<TreeRequest>) => string | undefined) => void,
): void => {
  const directory = mkdtempSync(join(tmpdir(), 'kitwright-signature-'));
  const put = (name: string, text: string) => {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), text);
  };
  for (const name of ['m/a', 'm/b', 'm/skipped/x', 'other/o', 'Kitfile']) put(name, name);
  put('.kitignore', 'm/skipped\n');
  const sign = (more: Partial<TreeRequest> = {}) =>
    treeSignature({
      context: directory,
      paths: ['m'],
      files: [join(directory, 'Kitfile'), join(directory, '.kitignore')],
      storeRoot: join(directory, 'm/store'),
      ...more,
    }).signature;
  try {
    check(directory, sign);
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const changes: Readonly<Record<string, (directory: string) => void>> = {
  'a write': (at) => writeFileSync(join(at, 'm/a'), 'longer than before'),
  'a write of the same size with the time it had': (at) => {
    const { atime, mtime } = statSync(join(at, 'm/a'));
    writeFileSync(join(at, 'm/a'), 'M/A');
    utimesSync(join(at, 'm/a'), atime, mtime);
  },
  'a new file': (at) => writeFileSync(join(at, 'm/c'), ''),
  'a rename': (at) => renameSync(join(at, 'm/a'), join(at, 'm/z')),
  'a file that goes': (at) => rmSync(join(at, 'm/b')),
  'a mode': (at) => chmodSync(join(at, 'm/a'), 0o700),
  'a hard link': (at) => linkSync(join(at, 'm/a'), join(at, 'm/l')),
  'a layer that goes': (at) => rmSync(join(at, 'm'), { recursive: true }),
  'another Kitfile': (at) => writeFileSync(join(at, 'Kitfile'), 'x'),
  'other rules': (at) => writeFileSync(join(at, '.kitignore'), 'm/b'),
};

for (const [what, change] of Object.entries(changes)) {
  test(`${what} changes the signature`, () =>
    inTree((directory, sign) => {
      const before = sign();
      assert.equal(typeof before, 'string');
      assert.equal(sign(), before);
      change(directory);
      assert.notEqual(sign(), before);
    }));
}

test('what is ignored, the store, and what lies in no layer change nothing', () =>
  inTree((directory, sign) => {
    mkdirSync(join(directory, 'm/store'));
    const before = sign();
    for (const name of ['m/skipped/y', 'm/store/object', 'other/p']) writeFileSync(join(directory, name), 'new');
    assert.equal(sign(), before);
  }));

test('a tree with a link, and rules that cannot be read, have no signature', () =>
  inTree((directory, sign) => {
    symlinkSync('a', join(directory, 'm/link'));
    assert.equal(sign(), undefined);
    rmSync(join(directory, 'm/link'));
    writeFileSync(join(directory, '.kitignore'), '[');
    assert.equal(sign(), undefined);
  }));
