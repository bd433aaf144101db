import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { keyPemOf, pemOf } from '../../plugins/notation/testing/createCertificate.ts';
import { createChain } from '../../plugins/notation/testing/sampleSignature.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { succeed } from './peer.ts';
import { hasSigstore, startSigstore } from './startSigstore.ts';

const { MODEL_SIGNING: python = '' } = process.env;

/** A directory `net`, keys on this curve, and both programs. */
const createDesk = (namedCurve = 'P-256') => {
  const folder = temporaryFolder();
  const { path } = folder;
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    }
  };
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  write({
    'key.pem': privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    'key.pub': publicKey.export({ format: 'pem', type: 'spki' }) as string,
    'net/Kitfile': 'manifestVersion: 1.0.0\n# a comment\nmodel: {path: .}\n',
    'net/model.safetensors': 'weights',
    'net/empty': '',
    'net/tokenizer/vocab.txt': 'a\n',
    'net/tokenizer-fast': 'x',
    'net/ü/ß🙂.txt': 'y',
    'net/.git/config': 'z',
  });
  const env = { PATH: process.env['PATH'] ?? '', HOME: path, COSIGN_PASSWORD: 'p', KITWRIGHT_HOME: join(path, 'home') };
  const theirs = (verb: string, directory: string, ...args: readonly string[]) =>
    runCli(['-m', 'model_signing', verb, 'key', directory, ...args], { cwd: path, env, command: python });
  return {
    path,
    write,
    ours: (...args: readonly string[]) => runCli(args, { cwd: path, env }),
    theirsSign: (directory: string, ...args: readonly string[]) =>
      theirs('sign', directory, '--private_key', 'key.pem', '--signature', `${directory}/model.sig`, ...args),
    theirsVerify: (directory: string, ...args: readonly string[]) =>
      theirs('verify', directory, '--public_key', 'key.pub', '--signature', `${directory}/model.sig`, ...args),
    python: (script: string) => runCli(['-c', script], { cwd: path, env, command: python }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
};

const sign = ['sign', '--oms', 'net', '--key', 'key.pem'];
const verify = (directory: string) => ['verify', '--oms', directory, '--key', 'key.pub'];

/** What somebody does to a signed directory, and whether both still accept it. */
const changes: Readonly<Record<string, readonly [isAccepted: boolean, change: (directory: string) => void]>> = {
  nothing: [true, () => undefined],
  'a changed byte': [false, (net) => writeFileSync(join(net, 'model.safetensors'), 'Weights')],
  'a file more': [false, (net) => writeFileSync(join(net, 'tokenizer/more'), '')],
  'a file less': [false, (net) => rmSync(join(net, 'empty'))],
  'a file with another name': [false, (net) => renameSync(join(net, 'empty'), join(net, 'emptier'))],
  'a file in another directory': [false, (net) => renameSync(join(net, 'empty'), join(net, 'tokenizer/empty'))],
  'a link in the place of a file': [
    false,
    (net) => {
      renameSync(join(net, 'empty'), join(net, '..', 'empty'));
      symlinkSync('../empty', join(net, 'empty'));
    },
  ],
  'a link more': [false, (net) => symlinkSync('empty', join(net, 'link'))],
  'a directory more': [true, (net) => mkdirSync(join(net, 'new'))],
  'a change below an ignored path': [true, (net) => writeFileSync(join(net, '.git/HEAD'), 'x')],
  'an ignored file at the top': [true, (net) => writeFileSync(join(net, '.gitignore'), 'x')],
  'the name of an ignored file below': [false, (net) => writeFileSync(join(net, 'tokenizer/.gitignore'), 'x')],
};

describe('model_signing', { skip: !python }, () => {
  for (const whose of ['ours', 'theirs'] as const)
    it(`accepts and refuses the same as we do, of what is ${whose}`, async () => {
      using desk = createDesk();
      // Only ours is ignored after an unpack.
      if (whose === 'theirs') rmSync(join(desk.path, 'net/Kitfile'));
      succeed(await (whose === 'ours' ? desk.ours(...sign) : desk.theirsSign('net')));
      for (const [name, [isAccepted, change]] of Object.entries(changes)) {
        cpSync(join(desk.path, 'net'), join(desk.path, 'copy'), { recursive: true });
        change(join(desk.path, 'copy'));
        const [mine, its] = [await desk.ours(...verify('copy')), await desk.theirsVerify('copy')];
        assert.equal(mine.code === 0, isAccepted, `${name}: ${mine.stderr}`);
        assert.equal(its.code === 0, isAccepted, `${name}: ${its.stderr}`);
        rmSync(join(desk.path, 'copy'), { recursive: true });
      }
    });

  for (const curve of ['P-384', 'P-521'])
    it(`signs with a key on ${curve} as we do`, async () => {
      using desk = createDesk(curve);
      succeed(await desk.ours(...sign));
      succeed(await desk.theirsVerify('net'));
      succeed(await desk.theirsSign('net'));
      succeed(await desk.ours(...verify('net')));
    });

  it('verifies a directory that was unpacked from a kit', async () => {
    using desk = createDesk();
    succeed(await desk.ours(...sign));
    succeed(await desk.ours('pack', 'net', '-t', 'x:v1'));
    succeed(await desk.ours('unpack', 'x:v1', '-d', 'out'));
    succeed(await desk.theirsVerify('out'));
    succeed(await desk.ours(...verify('out')));
  });

  it('verifies what a key of cosign signed', async () => {
    using desk = createDesk();
    succeed(await desk.ours('generate-key-pair'));
    succeed(await desk.ours('sign', '--oms', 'net', '--key', 'cosign.key'));
    const args = ['--public_key', 'cosign.pub', '--signature', 'net/model.sig'];
    succeed(
      await runCli(['-m', 'model_signing', 'verify', 'key', 'net', ...args], { cwd: desk.path, command: python }),
    );
  });

  it('signs with certificates as we do', async () => {
    using desk = createDesk();
    const chain = createChain();
    const [signer, authority, root] = chain;
    desk.write({
      'signer.pem': keyPemOf(signer),
      'leaf.pem': pemOf(signer),
      'between.pem': pemOf(authority),
      'chain.pem': pemOf(...chain),
      'ca.pem': pemOf(root),
    });
    const at = ['--signature', 'net/model.sig'];
    const theirs = (verb: string, ...args: readonly string[]) =>
      runCli(['-m', 'model_signing', verb, 'certificate', 'net', ...args, ...at], { cwd: desk.path, command: python });
    succeed(await desk.ours('sign', '--oms', 'net', '--key', 'signer.pem', '--certificate', 'chain.pem'));
    succeed(await theirs('verify', '--certificate_chain', 'ca.pem'));
    const key = ['--private_key', 'signer.pem', '--signing_certificate', 'leaf.pem'];
    rmSync(join(desk.path, 'net/model.sig'));
    succeed(await theirs('sign', ...key, '--certificate_chain', 'between.pem'));
    succeed(await desk.ours('verify', '--oms', 'net', '--root', 'ca.pem'));
  });

  it('hashes files in parts, and ignores paths, as we do', async () => {
    using desk = createDesk();
    desk.write({ 'net/logs/a': 'x' });
    const hashing = 'model_signing.hashing.Config().use_shard_serialization(shard_size=3)';
    const ignoring = `${hashing}.set_ignored_paths(paths=["model.sig", "logs", "Kitfile"])`;
    const signer = 'model_signing.signing.Config().use_elliptic_key_signer(private_key="key.pem")';
    const script = `import model_signing; ${signer}.set_hashing_config(${ignoring}).sign("net", "net/model.sig")`;
    succeed(await desk.python(script));
    desk.write({ 'net/logs/b': 'x' });
    succeed(await desk.ours(...verify('net')));
    desk.write({ 'net/model.safetensors': 'weightS' });
    assert.equal((await desk.ours(...verify('net'))).code, 4);
  });

  it('follows links within the directory where the signer allowed it; we follow none that leads out', async () => {
    using desk = createDesk();
    symlinkSync('model.safetensors', join(desk.path, 'net/link'));
    symlinkSync('tokenizer', join(desk.path, 'net/directory'));
    succeed(await desk.theirsSign('net', '--allow_symlinks'));
    succeed(await desk.theirsVerify('net', '--allow_symlinks'));
    succeed(await desk.ours(...verify('net')));
    cpSync(join(desk.path, 'net/model.safetensors'), join(desk.path, 'outside'));
    rmSync(join(desk.path, 'net/link'));
    symlinkSync('../outside', join(desk.path, 'net/link'));
    assert.equal((await desk.ours(...verify('net'))).code, 4);
  });
});

describe('an identity', { skip: !hasSigstore }, () => {
  it('signs a directory in place of a key, and only that identity counts', async () => {
    using desk = createDesk();
    await using sigstore = await startSigstore(desk.path);
    const signing = ['--signing-config', sigstore.signingConfig, '--identity-token', sigstore.issuer.token(), '--yes'];
    succeed(await desk.ours('sign', '--oms', 'net', ...signing));
    const root = ['--trusted-root', sigstore.trustedRoot, '--insecure-ignore-sct'];
    const by = (identity: string) => [
      '--certificate-identity',
      identity,
      '--certificate-oidc-issuer',
      sigstore.issuer.url,
    ];
    const { stdout } = succeed(await desk.ours('verify', '--oms', 'net', ...root, ...by('ann@example.com')));
    assert.match(stdout, /signed by ann@example\.com/);
    assert.equal((await desk.ours('verify', '--oms', 'net', ...root, ...by('eve@example.com'))).code, 4);
    desk.write({ 'net/model.safetensors': 'weightS' });
    assert.equal((await desk.ours('verify', '--oms', 'net', ...root, ...by('ann@example.com'))).code, 4);
  });
});
