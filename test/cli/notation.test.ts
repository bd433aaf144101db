import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createCertificate, keyPemOf, pemOf } from '../../plugins/notation/testing/createCertificate.ts';
import { createChain } from '../../plugins/notation/testing/sampleSignature.ts';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';
import type { CliResult } from '../support/runCli.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n', 'net.bin': 'weights' };

/** A project with a packed kit `x:v1`, a chain `chain.pem` below `ca.pem` with the key `key.pem`, and a foreign `other.pem`. */
const createSigned = async () => {
  const project = createProject(files, { KITWRIGHT_PLAIN_HTTP: '1' });
  const [signer, authority, root] = createChain();
  const texts = {
    'key.pem': keyPemOf(signer),
    'chain.pem': pemOf(signer, authority, root),
    'ca.pem': pemOf(root),
    'other.pem': pemOf(createCertificate('root', { isAuthority: true })),
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(project.path, name), text);
  const ok: Project['run'] = async (...args) => {
    const result = await project.run(...args);
    assert.equal(result.code, 0, `${args.join(' ')}: ${result.stderr}`);
    return result;
  };
  await ok('pack', 'project', '-t', 'x:v1');
  return { ...project, ok };
};

const sign = (reference: string) => ['sign', reference, '--key', 'key.pem', '--certificate', 'chain.pem'];
const verify = (reference: string, root = 'ca.pem') => ['--json', 'verify', reference, '--root', root];

const refuses = async (result: Promise<CliResult>, code: string, reason: RegExp) => {
  const { code: status, stderr } = await result;
  assert.equal(status, 4, stderr);
  assert.match(stderr, new RegExp(`${code}: |"code":"${code}"`));
  assert.match(stderr, reason);
};

const formatsIn = ({ stdout }: CliResult) =>
  (JSON.parse(stdout) as { readonly verified: readonly { readonly format: string }[] }).verified.map(
    ({ format }) => format,
  );

test('that notation makes no attestations is told before the kit is made', async () => {
  using project = await createSigned();
  const signing = ['--sign', 'key.pem', '--certificate', 'chain.pem', '--attest'];
  // With a password the key is opened while the kit is packed.
  for (const more of [[], ['--password-file', 'net.bin']]) {
    const { code, stdout, stderr } = await project.run('pack', 'project', '-t', 'y:v1', ...signing, ...more);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /makes no attestations/);
    assert.doesNotMatch(stdout, /Model saved/);
  }
  assert.doesNotMatch((await project.ok('list')).stdout, /^y /m);
});

test('a kit is signed in both forms, stays so in an archive and at registries, and no form is written twice', async () => {
  using project = await createSigned();
  const { ok } = project;
  await ok(...sign('x:v1'), '-a', 'stage=release');
  assert.match((await ok('--json', ...sign('x:v1'), '-a', 'stage=release')).stdout, /"existed": ?true/);
  await ok(...sign('x:v1'), '--format', 'cose', '-a', 'stage=release');
  await ok('copy', 'x:v1', 'archive:x.tar:v1');
  for (const options of [{}, { family: 'distribution' }] as const) {
    await using registry = await startRegistry(options);
    const reference = `${registry.host}/team/model:v1`;
    await ok('copy', 'archive:x.tar:v1', reference);
    const found = await ok(...verify(reference), '-a', 'stage=release');
    assert.deepEqual(formatsIn(found).sort(), ['cose', 'jws']);
    assert.match(found.stdout, /No timestamp authority vouches.*revoked/s);
  }
  assert.deepEqual(formatsIn(await ok(...verify('x:v1'), '--format', 'cose')), ['cose']);
});

test('what packs or pushes signs with certificates too, and tells before the work what does not fit', async () => {
  using project = await createSigned();
  await using registry = await startRegistry();
  const place = (name: string) => `${registry.host}/team/${name}:v1`;
  const signing = ['--sign', 'key.pem', '--certificate', 'chain.pem'];
  await project.ok('pack', 'project', '-t', place('packed'), '--push', ...signing, '--signer-option', 'expiry=24h');
  await project.ok('push', 'x:v1', place('pushed'), ...signing);
  for (const name of ['packed', 'pushed']) await project.ok(...verify(place(name)));
  const wrong = await project.run('pack', 'project', '-t', 'y:v1', '--sign', 'ca.pem', '--certificate', 'chain.pem');
  assert.equal(wrong.code, 4, wrong.stderr);
  assert.doesNotMatch((await project.ok('list')).stdout, /^y /m);
});

test('what is not signed below the root is refused with the reason', async () => {
  using project = await createSigned();
  const { ok, run } = project;
  await refuses(run(...verify('x:v1')), 'signature-missing', /Nothing attached/);
  await ok(...sign('x:v1'));
  await refuses(run(...verify('x:v1', 'other.pem')), 'signature-invalid', /no root that is trusted/);
  await refuses(run(...verify('x:v1'), '-a', 'stage=release'), 'signature-invalid', /stage=release/);
  await refuses(run(...verify('x:v1'), '--verifier-option', 'identity=O=Other'), 'signature-invalid', /not the ident/);
  await ok(...verify('x:v1'), '--verifier-option', 'identity=O=Acme, CN=signer');
  await refuses(run(...verify('x:v1'), '--format', 'cose'), 'signature-invalid', /form that counts/);
});

test('a signature that was moved to another kit is refused', async () => {
  using project = await createSigned();
  const { ok, run, write } = project;
  await using registry = await startRegistry();
  const place = `${registry.host}/team/model`;
  await ok('copy', 'x:v1', `${place}:v1`);
  await ok(...sign(`${place}:v1`));
  write({ 'net.bin': 'other weights' });
  const packed = await ok('pack', 'project', '-t', `${place}:v2`, '--push');
  const forged = /Model saved: (\S+)/.exec(packed.stdout)?.[1] ?? '';
  const url = (end: string) => `http://${registry.host}/v2/team/model/${end}`;
  const kit = (await (await fetch(url('manifests/v2'))).arrayBuffer()).byteLength;
  const [digest] =
    /sha256:\w{64}/.exec((await ok('--json', 'discover', `${place}:v1`)).stdout.split('"referrers"')[1] ?? '') ?? [];
  const manifest = (await (await fetch(url(`manifests/${digest}`))).json()) as { subject: object };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const body = JSON.stringify({ ...manifest, subject: { mediaType, digest: forged, size: kit } });
  const { createHash } = await import('node:crypto');
  const name = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const put = await fetch(url(`manifests/${name}`), { method: 'PUT', body, headers: { 'content-type': mediaType } });
  assert.equal(put.status, 201);
  await refuses(run(...verify(`${place}:v2`)), 'signature-invalid', /not about/);
});

test('a key must belong to its certificates, and these must be for signing', async () => {
  using project = await createSigned();
  const { run, path } = project;
  const stranger = createCertificate('stranger');
  writeFileSync(join(path, 'stranger.pem'), keyPemOf(stranger));
  writeFileSync(join(path, 'server.pem'), pemOf(createCertificate('server', { purposes: ['1.3.6.1.5.5.7.3.1'] })));
  const signing = (key: string, certificate: string) => run('sign', 'x:v1', '--key', key, '--certificate', certificate);
  await refuses(signing('stranger.pem', 'chain.pem'), 'key-invalid', /not the key of the first/);
  await refuses(signing('key.pem', 'server.pem'), 'key-invalid', /no chain of certificates/);
  await refuses(signing('chain.pem', 'chain.pem'), 'key-invalid', /no private key/);
  await refuses(signing('key.pem', 'key.pem'), 'key-invalid', /no certificate/);
});

test('what does not fit together is refused before anything is read', async () => {
  using project = await createSigned();
  const { run } = project;
  for (const args of [
    ['sign', 'x:v1', '--certificate', 'chain.pem'],
    [...sign('x:v1'), '--format', 'both'],
    [...sign('x:v1'), '--signer-option', 'colour=red'],
    [...verify('x:v1'), '--key', 'key.pem'],
    [...verify('x:v1'), '--verifier', 'cosign'],
    [...verify('x:v1'), '--verifier-option', 'identity=Acme'],
    ['verify', 'x:v1', '--verifier', 'notation'],
  ])
    assert.equal((await run(...args)).code, 2, args.join(' '));
});

test('a rule may demand certificates: other kits are not pulled', async () => {
  using project = await createSigned();
  const { ok, run, home } = project;
  await using registry = await startRegistry();
  const place = (name: string) => `${registry.host}/team/${name}:v1`;
  for (const name of ['signed', 'plain']) await ok('copy', 'x:v1', place(name));
  await ok(...sign(place('signed')));
  const rule = (roots: readonly string[], more: object = {}) =>
    addFiles(home, { 'config.json': JSON.stringify({ verify: [{ match: `${registry.host}/**`, roots, ...more }] }) });
  rule(['../ca.pem']);
  await ok('pull', place('signed'));
  await refuses(run('pull', place('plain')), 'policy-refused', /Nothing attached/);
  rule(['../other.pem']);
  await refuses(run('pull', place('signed')), 'policy-refused', /no root that is trusted/);
  rule(['../other.pem', '../ca.pem'], { options: { identity: 'CN=signer' } });
  await ok('pull', place('signed'));
  rule(['../ca.pem'], { timestampRoots: ['../other.pem'] });
  await refuses(run('pull', place('signed')), 'policy-refused', /it has no timestamp/);
  rule(['../ca.pem'], { options: { identity: 'CN=other' } });
  await refuses(run('pull', place('signed')), 'policy-refused', /not the identity/);
});
