import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import type { KitwrightError } from '../errors/KitwrightError.ts';
import { readKitfile } from './readKitfile.ts';

const secret = 'user: s3cret\nother: [x\n';

/** What `readKitfile` says, whole, of a directory whose Kitfile is a link to this file. */
function errorOf(target: string, link: string): string {
  symlinkSync(target, link);
  try {
    readKitfile(join(link, '..'), {}, []);
  } catch (error) {
    const { message, source, hint, data, code, cause } = error as KitwrightError;
    return JSON.stringify({ message, source, hint, data, code, cause: String(cause) });
  }
  throw new Error('the Kitfile was taken');
}

test('of a file outside that a Kitfile leads to, an error shows the line and no text', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'p'));
  for (const [name, text] of [
    ['syntax', secret],
    ['field', 's3cret: 1\n'],
    ['scalar', 's3cret\n'],
    ['type', 'manifestVersion: 1.0.0\nmodel: s3cret\n'],
  ] as const) {
    writeFileSync(join(folder.path, name), text);
    const link = join(folder.path, 'p', 'Kitfile');
    const said = errorOf(join(folder.path, name), link);
    assert.match(said, /kitfile-invalid/);
    assert.doesNotMatch(said, /s3cret/, name);
    unlinkSync(link);
  }
});

test('a Kitfile that is a link within the directory is shown as any other', () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'real.yaml'), 's3cret: 1\n');
  assert.match(errorOf(join(folder.path, 'real.yaml'), join(folder.path, 'Kitfile')), /s3cret/);
});
