import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lchownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import type { Session } from '../Session.ts';
import { logDeployment } from './deploymentLog.ts';

const skip = process.getuid?.() !== 0 && 'only root can give files away';
const entry = { reference: 'r/m:v1', digest: 'sha256:0', signer: null, time: '', pod: 'p', path: '/m' };
const log = (path: string) => logDeployment({ env: { DEPLOYMENT_LOG: path } } as unknown as Session, entry);

test('a line is added to the log, also through a link of its user', { skip }, () => {
  using folder = temporaryFolder();
  const [file, link] = [join(folder.path, 'log'), join(folder.path, 'link')];
  log(file);
  symlinkSync(file, link);
  log(link);
  assert.equal(readFileSync(file, 'utf8').split('\n').length, 3);
});

test('a link or a pipe of another user leads no line elsewhere, and holds nobody', { skip, timeout: 10_000 }, () => {
  using folder = temporaryFolder();
  const [file, link, pipe] = ['file', 'link', 'pipe'].map((name) => join(folder.path, 'volume', name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(join(folder.path, 'volume'));
  writeFileSync(file, '');
  symlinkSync(file, link);
  lchownSync(link, 54_321, 54_321);
  execFileSync('mkfifo', [pipe]);
  for (const path of [link, pipe]) assert.throws(() => log(path), { code: 'file-unreadable' }, path);
  assert.equal(readFileSync(file, 'utf8'), '');
});
