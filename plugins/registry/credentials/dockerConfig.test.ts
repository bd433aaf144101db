import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { readDockerConfig } from './dockerConfig.ts';

const text = '{"credsStore": "none"}\n';

for (const [what, bytes] of [
  ['a byte order mark', Buffer.from(`\ufeff${text}`)],
  ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16, big end first', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
] as const)
  test(`a config is read: ${what}`, () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'config.json'), bytes);
    assert.equal(readDockerConfig(join(folder.path, 'config.json'))?.credsStore, 'none');
  });

for (const [what, bytes] of [
  ['UTF-16 without a byte order mark', Buffer.from(text, 'utf16le')],
  ['no JSON', Buffer.from('{"auths": secret')],
] as const)
  test(`a config is refused with its path, and none of its text is shown: ${what}`, () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'config.json');
    writeFileSync(path, bytes);
    assert.throws(
      () => readDockerConfig(path),
      (error: Error & { readonly code?: string }) =>
        error.code === 'unauthorized' && error.message.includes(path) && !error.message.includes('secret'),
    );
  });
