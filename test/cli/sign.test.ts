import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type RegistryOptions, startRegistry, type TestRegistry } from '@kitwright/testkit';
import { writeKmsProgram } from '../../plugins/cosign/testing/kmsProgram.ts';
import { createProject, digestIn, type Project } from '../support/project.ts';
import type { CliResult } from '../support/runCli.ts';
import { runHosted } from '../support/runHosted.ts';
import { writeKeyPair } from '../support/writeKeyPair.ts';

const env = { KITWRIGHT_PLAIN_HTTP: '1', COSIGN_PASSWORD: 'secret' };
const files = { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n', 'net.bin': 'weights' };

/** A project with a key, and nothing packed. */
const createSigned = async () => {
  const project = createProject(files, env);
  const ok: Project['run'] = async (...args) => {
    const result = await project.run(...args);
    assert.equal(result.code, 0, `${args.join(' ')}: ${result.stderr}`);
    return result;
  };
  await writeKeyPair(project.path, env.COSIGN_PASSWORD);
  return { ...project, ok };
};

const verified = (text: string) => (JSON.parse(text) as { readonly verified: readonly Fact[] }).verified;

interface Fact {
  readonly format: string;
  readonly signer: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly predicateType?: string;
  readonly predicate?: unknown;
}

const both = ['bundle', 'legacy'];
const formatsIn = ({ stdout }: CliResult) => verified(stdout).map(({ format }) => format);
const verify = (reference: string) => ['--json', 'verify', reference, '--key', 'cosign.pub'];

const refuses = async (result: Promise<CliResult>, code: string, reason?: RegExp) => {
  const { code: status, stderr } = await result;
  assert.equal(status, 4, stderr);
  assert.match(stderr, new RegExp(`${code}: |"code":"${code}"`));
  if (reason) assert.match(stderr, reason);
};

test('a local kit is signed, and stays so in an archive and in another store', async () => {
  using project = await createSigned();
  const { ok, path } = project;
  await ok('pack', 'project', '-t', 'x:v1');
  await ok('sign', 'x:v1', '--key', 'cosign.key', '-a', 'stage=release');
  assert.deepEqual(
    verified((await ok(...verify('x:v1'), '-a', 'stage=release')).stdout).map((fact) => [
      fact.format,
      fact.annotations,
    ]),
    both.map((format) => [format, { stage: 'release' }]),
  );
  await ok('copy', 'x:v1', 'archive:x.tar:v1');
  assert.deepEqual(formatsIn(await ok(...verify('archive:x.tar:v1'))), both);
  const elsewhere = (...args: readonly string[]) =>
    runHosted(['--config', join(path, 'elsewhere'), ...args], { cwd: path, env });
  assert.equal((await elsewhere('pull', 'archive:x.tar:v1')).code, 0);
  const loaded = await elsewhere(...verify('x:v1'));
  assert.deepEqual(formatsIn(loaded), both, loaded.stderr);
});

test('signing again stores nothing, and what another key signed counts beside it', async () => {
  using project = await createSigned();
  const { ok } = project;
  await ok('pack', 'project', '-t', 'x:v1');
  const existed = async (key: string) =>
    (
      JSON.parse((await ok('--json', 'sign', 'x:v1', '--key', key)).stdout) as {
        readonly evidence: readonly { readonly existed: boolean }[];
      }
    ).evidence.map((each) => each.existed);
  assert.deepEqual(await existed('cosign.key'), [false, false]);
  assert.deepEqual(await existed('cosign.key'), [true, true]);
  await ok('generate-key-pair', '--output-key-prefix', 'other');
  assert.deepEqual(await existed('other.key'), [false, false]);
  for (const key of ['cosign', 'other'])
    assert.deepEqual(formatsIn(await ok('--json', 'verify', 'x:v1', '--key', `${key}.pub`)), both);
});

const registries: readonly (readonly [kind: string, options: RegistryOptions])[] = [
  ['with the referrers API', {}],
  ['without it', { family: 'distribution' }],
];

for (const [kind, options] of registries)
  test(`pack --sign and push --sign sign a kit before it has its tags, at a registry ${kind}`, async () => {
    using project = await createSigned();
    const { ok } = project;
    await using registry = await startRegistry(options);
    const reference = `${registry.host}/team/model:v1`;
    await ok('pack', 'project', '-t', reference, '--push', '--sign', 'cosign.key');
    assert.deepEqual(formatsIn(await ok(...verify(reference))), both);
    assert.match(putsOf(registry).at(-1) ?? '', /\/manifests\/v1$/);
    await ok('pack', 'project', '-t', 'local:v1');
    await ok('push', 'local:v1', `${registry.host}/other/model:v2`, '--sign', 'cosign.key');
    // Those for the first repository came along.
    const other = [...verify(`${registry.host}/other/model:v2`)];
    assert.deepEqual(formatsIn(await ok(...other)).sort(), ['bundle', 'bundle', 'legacy', 'legacy']);
    assert.deepEqual(formatsIn(await ok(...other, '--same-repository')), both);
    assert.match(putsOf(registry).at(-1) ?? '', /\/manifests\/v2$/);
  });

/** The manifests that were sent, oldest first. */
const putsOf = ({ requests }: TestRegistry) =>
  requests.filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/')).map(({ path }) => path);

test('a push adds a signature to that of another key, although both are of the same payload', async () => {
  using project = await createSigned();
  const { ok } = project;
  await using registry = await startRegistry();
  const reference = `${registry.host}/team/model:v1`;
  await ok('generate-key-pair', '--output-key-prefix', 'other');
  await ok('pack', 'project', '-t', reference, '--push');
  const legacy = ['--format', 'legacy'];
  await ok('sign', reference, '--key', 'other.key', ...legacy);
  await ok('sign', `store:${reference}`, '--key', 'cosign.key', ...legacy);
  await ok('push', reference);
  for (const key of ['other', 'cosign'])
    assert.deepEqual(formatsIn(await ok('--json', 'verify', reference, '--key', `${key}.pub`)), ['legacy']);
});

test('watch --sign signs each kit, and asks for the key once', async () => {
  using project = await createSigned();
  const { ok } = project;
  await using registry = await startRegistry();
  const to = `${registry.host}/team/run:latest`;
  const { stderr } = await ok(
    '--json',
    'watch',
    'project',
    '-t',
    'run:v1',
    '--push',
    to,
    '--sign',
    'cosign.key',
    '--',
    'true',
  );
  assert.match(stderr, /"type":"signed"/);
  assert.deepEqual(formatsIn(await ok(...verify('run:v1'))), both);
  assert.deepEqual(formatsIn(await ok(...verify(to))), both);
  assert.match(putsOf(registry).at(-1) ?? '', /\/manifests\/latest$/);
});

test('a kit whose key cannot be opened gets no name', async () => {
  using project = await createSigned();
  const { path, home, ok } = project;
  const cwd = { cwd: path, env: { ...env, COSIGN_PASSWORD: 'wrong' } };
  const sign = ['--sign', 'cosign.key', '--attest'];
  await refuses(
    runHosted(['--config', home, 'pack', 'project', '-t', 'x:v1', ...sign], cwd),
    'key-invalid',
    /password/,
  );
  assert.doesNotMatch((await ok('list')).stdout, /v1/);
});

test('a kit that cannot be signed is not pushed', async () => {
  using project = await createSigned();
  const { path, home } = project;
  await using registry = await startRegistry();
  const kms = { ...env, PATH: `${writeKmsProgram(path, 'other-key')}:${process.env['PATH'] ?? ''}` };
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' });
  writeFileSync(join(path, 'release.pem'), pem);
  const sign = ['--sign', 'test://release'];
  const run = (...args: readonly string[]) => runHosted(['--config', home, ...args], { cwd: path, env: kms });
  const to = `${registry.host}/team/model:v1`;
  await refuses(run('pack', 'project', '-t', to, '--push', ...sign), 'key-invalid', /does not verify/);
  await refuses(run('push', to, ...sign), 'key-invalid');
  const watch = ['--json', 'watch', 'project', '-t', 'run:v1', '--push', to, ...sign, '--'];
  assert.equal((await run(...watch, 'sh', '-c', 'exit 7')).code, 7, 'The training is worth more.');
  const { code, stderr } = await run(...watch, 'true');
  assert.equal(code, 4);
  assert.match(stderr, /"type":"sign-failed"/);
  assert.match(stderr, /"type":"push-failed"/);
  assert.deepEqual(
    putsOf(registry).filter((put) => put.endsWith('/v1')),
    [],
  );
});

test('an attestation is verified by its type, and is no signature', async () => {
  using project = await createSigned();
  const { ok, run, path } = project;
  await ok('pack', 'project', '-t', 'x:v1');
  writeFileSync(join(path, 'bom.json'), '{"bomFormat":"CycloneDX"}');
  await ok('attest', 'x:v1', '--key', 'cosign.key', '--predicate', 'bom.json', '--type', 'cyclonedx');
  const attestation = ['--json', 'verify-attestation', 'x:v1', '--key', 'cosign.pub', '--type'];
  const facts = verified((await ok(...attestation, 'cyclonedx')).stdout);
  assert.deepEqual(
    facts.map(({ format, predicateType, predicate }) => [format, predicateType, predicate]),
    both.map((format) => [format, 'https://cyclonedx.org/bom', { bomFormat: 'CycloneDX' }]),
  );
  await refuses(run(...attestation, 'slsaprovenance1'), 'signature-missing');
  await refuses(run(...verify('x:v1')), 'signature-missing', /there is an attestation/);
  await ok('sign', 'x:v1', '--key', 'cosign.key');
  assert.deepEqual(formatsIn(await ok(...verify('x:v1'))), both);
});

test('what is not signed with the key is refused', async () => {
  using project = await createSigned();
  const { ok, run } = project;
  await ok('pack', 'project', '-t', 'x:v1');
  await refuses(run(...verify('x:v1')), 'signature-missing');
  await ok('sign', 'x:v1', '--key', 'cosign.key', '--format', 'legacy', '-a', 'stage=test');
  assert.deepEqual(formatsIn(await ok(...verify('x:v1'))), ['legacy']);
  await refuses(run(...verify('x:v1'), '--format', 'bundle'), 'signature-missing');
  await refuses(run(...verify('x:v1'), '-a', 'stage=release'), 'signature-invalid', /stage=release/);
  await ok('generate-key-pair', '--output-key-prefix', 'other');
  await refuses(run('verify', 'x:v1', '--key', 'other.pub'), 'signature-invalid', /not by this key/);
  await refuses(run('verify', 'x:v1', '--key', 'cosign.key'), 'key-invalid');
});

test('a signature that was moved to another kit is refused', async () => {
  using project = await createSigned();
  const { ok, run, write } = project;
  await using registry = await startRegistry();
  const repository = `${registry.host}/team/model`;
  const signed = digestIn(await ok('pack', 'project', '-t', `${repository}:v1`, '--push'));
  await ok('sign', `${repository}:v1`, '--key', 'cosign.key', '--format', 'legacy');
  write({ 'net.bin': 'other weights' });
  const forged = digestIn(await ok('pack', 'project', '-t', `${repository}:v2`, '--push'));
  const url = (digest: string) => `http://${registry.host}/v2/team/model/manifests/${digest.replace(':', '-')}.sig`;
  const manifest = await (await fetch(url(signed))).text();
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const put = await fetch(url(forged), { method: 'PUT', body: manifest, headers: { 'content-type': type } });
  assert.equal(put.status, 201);
  await refuses(run(...verify(`${repository}:v2`)), 'signature-invalid', /not about/);
});

test('a signature that was replayed in another repository is refused where that is asked for', async () => {
  using project = await createSigned();
  const { ok, run } = project;
  await using registry = await startRegistry();
  const [own, other] = [`${registry.host}/team/model:v1`, `${registry.host}/other/model:v1`];
  await ok('pack', 'project', '-t', own, '--push', '--sign', 'cosign.key', '--attest');
  await ok('copy', own, other);
  assert.deepEqual(formatsIn(await ok(...verify(own), '--same-repository')), both);
  assert.deepEqual(formatsIn(await ok(...verify(other))), both);
  await refuses(run(...verify(other), '--same-repository'), 'signature-invalid', /signed for \S+team\/model, and/);
  const attested = ['--key', 'cosign.pub', '--type', 'slsaprovenance1', '--same-repository'];
  await ok('verify-attestation', own, ...attested);
  await refuses(run('verify-attestation', other, ...attested), 'signature-invalid');
  writeFileSync(
    join(project.home, 'config.json'),
    JSON.stringify({ verify: [{ match: `${registry.host}/**`, keys: ['../cosign.pub'], sameRepository: true }] }),
  );
  await ok('pull', own);
  await refuses(run('pull', other), 'policy-refused', /was signed for/);
});

test('a place without repositories cannot prove that a signature was made for its repository', async () => {
  using project = await createSigned();
  const { ok, run } = project;
  await ok('pack', 'project', '-t', 'x:v1');
  await ok('copy', 'x:v1', 'oci:layout:v1');
  await ok('sign', 'oci:layout:v1', '--key', 'cosign.key');
  assert.deepEqual(formatsIn(await ok(...verify('oci:layout:v1'))), both);
  await refuses(run(...verify('oci:layout:v1'), '--same-repository'), 'signature-invalid', /without repositories/);
});

test('more evidence than anybody needs is refused, and what is forged does not hide what counts', async () => {
  using project = await createSigned();
  const { ok, run } = project;
  await using registry = await startRegistry();
  const reference = `${registry.host}/team/model:v1`;
  const digest = digestIn(await ok('pack', 'project', '-t', reference, '--push', '--sign', 'cosign.key'));
  await flood(registry.host, digest, 20);
  const { rejected } = JSON.parse((await ok(...verify(reference))).stdout) as { readonly rejected: readonly unknown[] };
  assert.equal(rejected.length, 20);
  await flood(registry.host, digest, 120);
  await refuses(run(...verify(reference)), 'signature-invalid', /has 122 signatures and attestations/);
});

/** Attaches so many things that say that they are signatures. */
const flood = async (host: string, digest: string, count: number): Promise<void> => {
  const bundle = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const of = { digest: `sha256:${createHash('sha256').update('{}').digest('hex')}`, size: 2 };
  for (let i = 0; i < count; i++) {
    const body = JSON.stringify({
      schemaVersion: 2,
      mediaType,
      artifactType: bundle,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', ...of },
      layers: [{ mediaType: bundle, ...of }],
      subject: { mediaType, digest, size: 1 },
      annotations: { n: String(i) },
    });
    const name = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    const headers = { 'content-type': mediaType };
    const put = await fetch(`http://${host}/v2/team/model/manifests/${name}`, { method: 'PUT', body, headers });
    assert.equal(put.status, 201);
  }
};

test('a key is private, is never replaced without asking, and needs its password', async () => {
  using project = createProject(files, env);
  const { run, path } = project;
  assert.equal((await run('generate-key-pair')).code, 0);
  const key = readFileSync(join(path, 'cosign.key'), 'utf8');
  if (process.platform !== 'win32') assert.equal(statSync(join(path, 'cosign.key')).mode & 0o777, 0o600);
  const again = await run('generate-key-pair');
  assert.equal(again.code, 2, again.stderr);
  assert.equal(readFileSync(join(path, 'cosign.key'), 'utf8'), key);
  assert.equal((await run('pack', 'project', '-t', 'x:v1')).code, 0);
  const sign = (...args: readonly string[]) =>
    runHosted(['--config', project.home, 'sign', 'x:v1', '--key', 'cosign.key', ...args], { cwd: path });
  await refuses(sign(), 'key-invalid', /needs its password/);
  writeFileSync(join(path, 'password'), 'secret\n');
  assert.equal((await sign('--password-file', 'password')).code, 0);
  writeFileSync(join(path, 'password'), 'canary-7f3a\n');
  const wrong = await sign('--password-file', 'password', '-v');
  assert.equal(wrong.code, 4);
  assert.doesNotMatch(wrong.stderr + wrong.stdout, /canary/);
  const { stdout } = await run('public-key', '--key', 'cosign.key');
  assert.equal(stdout, readFileSync(join(path, 'cosign.pub'), 'utf8'));
});

test('the transparency log is never promised', async () => {
  using project = await createSigned();
  const { ok, run } = project;
  await ok('pack', 'project', '-t', 'x:v1');
  assert.equal((await run('sign', 'x:v1', '--key', 'cosign.key', '--tlog-upload')).code, 2);
  assert.match((await ok('sign', 'x:v1', '--key', 'cosign.key', '--tlog-upload=false')).stderr, /No transparency log/);
  assert.equal((await run(...verify('x:v1'), '--insecure-ignore-tlog=false')).code, 2);
  assert.match((await ok('verify', 'x:v1', '--key', 'cosign.pub', '--insecure-ignore-tlog')).stderr, /No transparency/);
});

test('--sign without a key asks before an identity becomes public, and its flags belong to it', async () => {
  using project = await createSigned();
  const refuses = async (args: readonly string[], reason: RegExp) => {
    const { code, stderr } = await project.run(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, reason);
  };
  await refuses(['pack', 'project', '-t', 'x:v1', '--sign'], /enters your identity in a public log[\s\S]*--yes/);
  await refuses(['watch', 'project', '-t', 'x', '--sign', '--', 'true'], /enters your identity in a public log/);
  await refuses(['watch', '-t', 'x', '--sign', 'project'], /--sign project names a directory[\s\S]*"project --sign"/);
  await refuses(['pack', 'project', '-t', 'x:v1', '--signing-config', 'c.json'], /--signing-config is for --sign/);
  await refuses(['pack', 'project', '-t', 'x:v1', '--signer-option', 'a=b'], /--signer-option is for --sign/);
  const keyed = ['pack', 'project', '-t', 'x:v1', '--sign', 'cosign.key', '--identity-token', 't'];
  await refuses(keyed, /With a key no service is asked/);
  await refuses(['pack', 'project', '-t', 'x:v1', '--yes', '--sign', '--password-file', 'f'], /names none/);
  assert.doesNotMatch((await project.ok('list')).stdout, /^x /m);
});

test('a public key that is written to a file goes through no link', async () => {
  using project = createProject({}, { COSIGN_PASSWORD: '' });
  assert.equal((await project.run('generate-key-pair')).code, 0);
  writeFileSync(join(project.path, 'mine'), 'mine');
  symlinkSync('mine', join(project.path, 'out.pub'));
  const { code, stderr } = await project.run('public-key', '--key', 'cosign.key', '--outfile', 'out.pub');
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(join(project.path, 'mine'), 'utf8'), 'mine');
  assert.equal(
    readFileSync(join(project.path, 'out.pub'), 'utf8'),
    readFileSync(join(project.path, 'cosign.pub'), 'utf8'),
  );
});
