import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createCertificate, type Issued, keyPemOf, pemOf } from '../../plugins/notation/testing/createCertificate.ts';
import { createChain } from '../../plugins/notation/testing/sampleSignature.ts';
import { digestIn } from '../support/project.ts';
import { type CliResult, runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { succeed } from './peer.ts';
import { registries } from './registries.ts';
import { startTimestamps } from './startTimestamps.ts';

const { NOTATION: command = '', TIMESTAMP_SERVER: stamps = '' } = process.env;

/** A folder with a project, a chain of certificates, and notation set up to use its key and to trust its root. */
const createDesk = (chain: readonly [Issued, Issued, Issued], stores: readonly string[] = ['ca:acme']) => {
  const folder = temporaryFolder();
  const { path } = folder;
  const config = join(path, 'config', 'notation');
  const write = (name: string, text: string) => {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), text);
  };
  write('key.pem', keyPemOf(chain[0]));
  write('chain.pem', pemOf(...chain));
  write('ca.pem', pemOf(chain[2]));
  write('config/notation/truststore/x509/ca/acme/ca.pem', pemOf(chain[2]));
  const key = { name: 'ours', keyPath: join(path, 'key.pem'), certPath: join(path, 'chain.pem') };
  write('config/notation/signingkeys.json', JSON.stringify({ default: 'ours', keys: [key] }));
  const policy = {
    name: 'all',
    registryScopes: ['*'],
    signatureVerification: { level: 'strict' },
    trustStores: [...stores],
    trustedIdentities: ['x509.subject: C=US, ST=WA, O=Acme, CN=signer'],
  };
  write('config/notation/trustpolicy.json', JSON.stringify({ version: '1.0', trustPolicies: [policy] }));
  write('Kitfile', 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n');
  write('net.bin', 'weights');
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: path,
    XDG_CONFIG_HOME: join(path, 'config'),
    XDG_CACHE_HOME: join(path, 'cache'),
    NOTATION_LIBEXEC: config,
    KITWRIGHT_PLAIN_HTTP: '1',
    KITWRIGHT_HOME: join(path, 'home'),
  };
  return {
    path,
    write,
    ours: (...args: readonly string[]) => runCli(args, { cwd: path, env }),
    notation: (verb: string, ...args: readonly string[]) =>
      runCli([verb, '--insecure-registry', ...args], { cwd: path, env, command }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
};

type Desk = ReturnType<typeof createDesk>;

const pack = async ({ ours }: Desk, reference: string) =>
  digestIn(succeed(await ours('pack', '.', '-t', reference, '--push')));

const signing = ['--key', 'key.pem', '--certificate', 'chain.pem'];

const factsIn = (result: CliResult) =>
  (
    JSON.parse(succeed(result).stdout) as {
      readonly verified: readonly { readonly format: string; readonly annotations: object }[];
    }
  ).verified.map(({ format, annotations }) => [format, annotations]);

describe('notation', { skip: !command }, () => {
  for (const [name, isHere, start] of registries)
    describe(name, { skip: !isHere }, () => {
      for (const format of ['jws', 'cose'])
        it(`verifies what we signed in ${format}, and the other way round`, async () => {
          using desk = createDesk(createChain());
          await using registry = await start(desk);
          const place = (whose: string) => `${registry.host}/${whose}/model`;
          const ours = `${place('ours')}@${await pack(desk, `${place('ours')}:v1`)}`;
          const expiry = ['--signer-option', 'expiry=24h', '-a', 'stage=release'];
          succeed(await desk.ours('sign', ours, ...signing, '--format', format, ...expiry));
          const { stdout } = succeed(await desk.notation('verify', ours, '-m', 'stage=release'));
          assert.match(stdout, /Successfully verified/);
          assert.notEqual((await desk.notation('verify', ours, '-m', 'stage=test')).code, 0);
          const theirs = `${place('theirs')}@${await pack(desk, `${place('theirs')}:v1`)}`;
          const signed = ['--signature-format', format, '-m', 'stage=release', '-e', '24h'];
          succeed(await desk.notation('sign', theirs, ...signed));
          assert.deepEqual(factsIn(await desk.ours('--json', 'verify', theirs, '--root', 'ca.pem')), [
            [format, { stage: 'release' }],
          ]);
        });
    });

  const [, , start] = registries.at(-1) ?? assert.fail('There is no registry.');

  for (const kind of ['RSA 2048', 'RSA 3072', 'P-384', 'P-521'] as const)
    it(`uses a key of ${kind} as we do`, async () => {
      using desk = createDesk(createChain({ kind }));
      await using registry = await start(desk);
      const reference = `${registry.host}/team/model@${await pack(desk, `${registry.host}/team/model:v1`)}`;
      for (const format of ['jws', 'cose']) succeed(await desk.ours('sign', reference, ...signing, '--format', format));
      succeed(await desk.notation('verify', reference));
      for (const format of ['jws', 'cose'])
        succeed(await desk.notation('sign', reference, '--signature-format', format));
      assert.equal(factsIn(await desk.ours('--json', 'verify', reference, '--root', 'ca.pem')).length, 4);
    });

  it('takes our timestamps of a real authority, and the other way round', { skip: !stamps }, async () => {
    using desk = createDesk(createChain(), ['ca:acme', 'tsa:stamps']);
    await using registry = await start(desk);
    await using timestamps = await startTimestamps(stamps, '--include-chain-in-response');
    const url = `${timestamps.origin}/api/v1/timestamp`;
    const certificates =
      (await (await fetch(`${url}/certchain`)).text()).match(/-----BEGIN.+?-----END[^\n]*-----/gs) ?? [];
    const root = `${certificates.at(-1)}\n`;
    for (const place of ['tsa.pem', 'config/notation/truststore/x509/tsa/stamps/root.pem']) desk.write(place, root);
    const place = (whose: string) => `${registry.host}/${whose}/model`;
    const [ours, theirs] = [place('ours'), place('theirs')];
    const options = ['--signer-option', `timestamp-url=${url}`, '--signer-option', 'timestamp-root=tsa.pem'];
    const pinned = `${ours}@${await pack(desk, `${ours}:v1`)}`;
    const its = `${theirs}@${await pack(desk, `${theirs}:v1`)}`;
    for (const format of ['jws', 'cose']) {
      succeed(await desk.ours('sign', pinned, ...signing, '--format', format, ...options));
      const stamped = ['--timestamp-url', url, '--timestamp-root-cert', join(desk.path, 'tsa.pem')];
      succeed(await desk.notation('sign', its, '--signature-format', format, ...stamped));
    }
    succeed(await desk.notation('verify', pinned));
    const verify = ['--root', 'ca.pem', '--timestamp-root', 'tsa.pem'];
    for (const kit of [pinned, its])
      assert.equal(factsIn(await desk.ours('--json', 'verify', kit, ...verify)).length, 2);
    assert.equal((await desk.ours('verify', its, '--root', 'ca.pem', '--timestamp-root', 'ca.pem')).code, 4);
  });

  it('and we refuse the same', async () => {
    using desk = createDesk(createChain());
    await using registry = await start(desk);
    const reference = `${registry.host}/team/model@${await pack(desk, `${registry.host}/team/model:v1`)}`;
    const refused = async () => {
      assert.equal((await desk.ours('verify', reference, '--root', 'ca.pem')).code, 4);
      assert.notEqual((await desk.notation('verify', reference)).code, 0);
    };
    await refused();
    succeed(await desk.ours('sign', reference, ...signing));
    succeed(await desk.notation('verify', reference));
    const other = pemOf(createCertificate('root', { isAuthority: true }));
    desk.write('ca.pem', other);
    desk.write('config/notation/truststore/x509/ca/acme/ca.pem', other);
    await refused();
  });
});
