import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { s3Settings } from './s3Settings.ts';

const withFiles = (env: Readonly<Record<string, string>> = {}) => {
  using home = temporaryFolder();
  mkdirSync(join(home.path, '.aws'));
  writeFileSync(
    join(home.path, '.aws/credentials'),
    '[default]\naws_access_key_id = one\naws_secret_access_key=secret = 1\n\n[work]\naws_access_key_id=two\naws_secret_access_key=s2\naws_session_token=t2\n',
  );
  writeFileSync(
    join(home.path, '.aws/config'),
    '[default]\nregion = eu-west-1\n[profile work]\nregion=us-west-2\nendpoint_url=https://w.example.com\n',
  );
  return s3Settings({ HOME: home.path, ...env });
};

test("kit's variables take precedence over AWS's variables, and those over AWS's files", () => {
  const aws = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'aws' };
  const kit = { S3_ACCESS_KEY_ID: 'c', S3_SECRET_KEY: 'd', S3_REGION: 'kit', S3_API_ENDPOINT: 'http://127.0.0.1:9' };
  assert.deepEqual(withFiles().credentials, { accessKeyId: 'one', secretAccessKey: 'secret = 1' });
  assert.deepEqual([withFiles(aws).credentials?.accessKeyId, withFiles(aws).region], ['a', 'aws']);
  assert.deepEqual(
    [withFiles({ ...aws, ...kit }).credentials?.accessKeyId, withFiles({ ...aws, ...kit }).region],
    ['c', 'kit'],
  );
  assert.equal(withFiles(kit).endpoint?.host, '127.0.0.1:9');
});

test('a profile has its own section in both files', () => {
  const { credentials, region, endpoint } = withFiles({ AWS_PROFILE: 'work' });
  assert.deepEqual(credentials, { accessKeyId: 'two', secretAccessKey: 's2', sessionToken: 't2' });
  assert.deepEqual([region, endpoint?.host], ['us-west-2', 'w.example.com']);
});

test('half a pair of keys is ignored; an invalid endpoint is an error', () => {
  assert.equal(s3Settings({ HOME: '/nowhere', S3_ACCESS_KEY_ID: 'c' }).credentials, undefined);
  for (const text of ['nonsense', 'ftp://x'])
    assert.throws(() => s3Settings({ HOME: '/nowhere', S3_API_ENDPOINT: text }), { code: 'usage' });
});

test('credentials in UTF-16 are read, or refused by name without a byte order mark', () => {
  using home = temporaryFolder();
  const path = join(home.path, 'credentials');
  const text = '\ufeff[default]\r\naws_access_key_id=one\r\naws_secret_access_key=two\r\n';
  const env = { HOME: home.path, AWS_SHARED_CREDENTIALS_FILE: path };
  writeFileSync(path, Buffer.from(text, 'utf16le'));
  assert.equal(s3Settings(env).credentials?.secretAccessKey, 'two');
  writeFileSync(path, Buffer.from(text.slice(1), 'utf16le'));
  assert.throws(() => s3Settings(env), { code: 'unauthorized', source: { file: path, line: 1 } });
});
