import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCertificate, keyPemOf, pemOf } from '../../plugins/notation/testing/createCertificate.ts';
import { createChain } from '../../plugins/notation/testing/sampleSignature.ts';
import { createProject, type Project } from '../support/project.ts';
import type { CliResult } from '../support/runCli.ts';

const files = {
  Kitfile: 'manifestVersion: 1.0.0\n# a comment\nmodel: {path: .}\n',
  'net.safetensors': 'weights',
  'tokenizer/vocab.txt': 'a\n',
};

/** A project, `key.pem` and `key.pub`. */
const createDesk = () => {
  const project = createProject(files, { COSIGN_PASSWORD: 'secret' });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(project.path, 'key.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
  writeFileSync(join(project.path, 'key.pub'), publicKey.export({ format: 'pem', type: 'spki' }));
  const ok: Project['run'] = async (...args) => {
    const result = await project.run(...args);
    assert.equal(result.code, 0, `${args.join(' ')}: ${result.stderr}`);
    return result;
  };
  return { ...project, ok };
};

const sign = ['sign', '--oms', 'project', '--key', 'key.pem'];
const verify = (directory = 'project', key = 'key.pub') => ['verify', '--oms', directory, '--key', key];

const refuses = async (result: Promise<CliResult>, code: string, reason: RegExp) => {
  const { code: status, stderr } = await result;
  assert.equal(status, 4, stderr);
  assert.match(stderr, new RegExp(`${code}: `));
  assert.match(stderr, reason);
};

test('a directory that was signed stays verified in a kit that is packed and unpacked', async () => {
  using desk = createDesk();
  const { ok, path } = desk;
  await ok(...sign);
  assert.ok(existsSync(join(path, 'project/model.sig')));
  assert.match((await ok(...verify())).stdout, /Verified project: sha256:\w{64} \(files: 2\)/);
  await ok('pack', 'project', '-t', 'x:v1');
  await ok('unpack', 'x:v1', '-d', 'out');
  await ok(...verify('out'));
  const { stdout } = await ok('--json', ...verify('out'));
  assert.match(stdout, /"files": ?2/);
});

test('what was changed, added, removed, renamed or linked is refused', async () => {
  using desk = createDesk();
  const { ok, run, path } = desk;
  await ok(...sign);
  const changes: readonly (readonly [RegExp, (directory: string) => void])[] = [
    [/changed: "net.safetensors"/, (copy) => appendFileSync(join(copy, 'net.safetensors'), 'x')],
    [/not signed: "tokenizer\/new"/, (copy) => writeFileSync(join(copy, 'tokenizer/new'), '')],
    [/missing: "tokenizer\/vocab.txt"/, (copy) => rmSync(join(copy, 'tokenizer/vocab.txt'))],
    [/missing.*not signed/, (copy) => renameSync(join(copy, 'net.safetensors'), join(copy, 'other.safetensors'))],
    [/"link" is a link/, (copy) => symlinkSync('net.safetensors', join(copy, 'link'))],
    [/cannot be read|no base64|not exactly one/, (copy) => appendFileSync(join(copy, 'model.sig'), 'x')],
  ];
  for (const [i, [reason, change]] of changes.entries()) {
    const copy = `copy-${i}`;
    cpSync(join(path, 'project'), join(path, copy), { recursive: true });
    change(join(path, copy));
    await refuses(run(...verify(copy)), 'signature-invalid', reason);
  }
  rmSync(join(path, 'project/model.sig'));
  await refuses(run(...verify()), 'signature-missing', /no signature/);
});

test('ignored paths may be anything; unsigned files only if the user says so', async () => {
  using desk = createDesk();
  const { ok, run, path, write } = desk;
  write({ 'logs/a': 'x', '.git/config': 'x' });
  await ok(...sign, '--ignore-paths', 'project/logs');
  write({ 'logs/b': 'y', '.git/HEAD': 'y', Kitfile: 'z' });
  await ok(...verify());
  write({ 'notes.txt': 'n' });
  await refuses(run(...verify()), 'signature-invalid', /not signed: "notes.txt"/);
  await ok(...verify(), '--ignore-paths', 'project/notes.txt');
  await ok(...verify(), '--ignore-unsigned-files');
  assert.equal((await run(...verify(), '--ignore-paths', 'elsewhere')).code, 2);
  mkdirSync(join(path, 'signatures'));
  await ok(...sign, '--signature', 'signatures/net.sig');
  await refuses(run(...verify()), 'signature-invalid', /./);
  await ok(...verify(), '--signature', 'signatures/net.sig');
});

test('a key of cosign signs too, and another key is refused', async () => {
  using desk = createDesk();
  const { ok, run } = desk;
  await ok('generate-key-pair');
  await ok('sign', '--oms', 'project', '--key', 'cosign.key');
  await ok(...verify('project', 'cosign.pub'));
  await refuses(run(...verify()), 'signature-invalid', /not by this key/);
  await refuses(run(...verify('project', 'key.pem')), 'key-invalid', /no public key/);
});

test('a key with certificates signs, and counts below their root', async () => {
  using desk = createDesk();
  const { ok, run, path } = desk;
  const chain = createChain();
  const other = createCertificate('root', { isAuthority: true });
  for (const [name, text] of Object.entries({
    'signer.pem': keyPemOf(chain[0]),
    'chain.pem': pemOf(...chain),
    'ca.pem': pemOf(chain[2]),
    'other.pem': pemOf(other),
  }))
    writeFileSync(join(path, name), text);
  await ok('sign', '--oms', 'project', '--key', 'signer.pem', '--certificate', 'chain.pem');
  const below = (root: string) => run('verify', '--oms', 'project', '--root', root);
  const { stdout, code } = await below('ca.pem');
  assert.equal(code, 0);
  assert.match(stdout, /signed by CN=signer/);
  await refuses(below('other.pem'), 'signature-invalid', /no root that is trusted/);
  await refuses(run(...verify()), 'signature-invalid', /by a certificate, not by a key/);
  await refuses(run(...sign, '--certificate', 'chain.pem'), 'key-invalid', /not that of the first certificate/);
});

test('a link is not signed, and what does not fit together is refused', async () => {
  using desk = createDesk();
  const { run, link, path } = desk;
  link('net.safetensors', 'link');
  const { code, stderr } = await run(...sign);
  assert.notEqual(code, 0);
  assert.match(stderr, /link is a link/);
  assert.ok(!existsSync(join(path, 'project/model.sig')));
  for (const args of [
    ['sign', 'x:v1', '--key', 'key.pem', '--signature', 'x.sig'],
    [...sign, '-a', 'a=b'],
    [...verify(), '--root', 'ca.pem'],
    ['verify', '--oms', 'project', '--root', 'ca.pem', '--timestamp-root', 'ca.pem'],
    ['verify', 'x:v1', '--key', 'key.pub', '--ignore-paths', 'a'],
  ])
    assert.equal((await run(...args)).code, 2, args.join(' '));
});
